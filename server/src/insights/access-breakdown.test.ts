import { ask, openTestStore, span } from '../../test/harness';
import type { TestStore } from '../../test/harness';
import { collectorId } from '../../test/events';
import { sortedRows } from '../../test/rows';
import { fillWorld } from '../../test/world';
import type { FilledWorld } from '../../test/world';
import { eventDimensions } from './access-filters';

const range = span('2026-02-20T05:00:00Z', '2026-03-15T10:30:00Z');

describe.each([false, true])('access-breakdown (closed: %s)', (isClosed) => {
  let test: TestStore;
  let world: FilledWorld;

  beforeAll(async () => {
    test = await openTestStore();
    world = await fillWorld(test, { seed: 5, count: 900, collectors: [collectorId], isClosed });
  });
  afterAll(() => test.close());
  const open = () => test.insights({ collectorIdentities: [collectorId] });

  it.each(eventDimensions)('groups by %s', async (by) => {
    const { rows } = await ask(await open(), 'access-breakdown', {
      range,
      params: { by: [by], limit: 10_000 },
    });
    expect(rows).toEqual(world.oracle.accessBreakdown({ range }, [by], 10_000));
  });

  it.each([
    ['secret_path', 'secret_key'],
    ['actor_name', 'actor_type'],
    ['auth_method', 'actor_type'],
    ['environment', 'client_type'],
    ['ip', 'user_agent'],
    ['class', 'outcome'],
    ['event', 'actor_kind'],
  ] as const)('groups by %s and %s', async (first, second) => {
    const { rows } = await ask(await open(), 'access-breakdown', {
      range,
      params: { by: `${first},${second}`, limit: '10000', reads: 'access-log' },
    });
    expect(rows).toEqual(
      world.oracle.accessBreakdown({ range, reads: 'access-log' }, [first, second], 10_000),
    );
    expect(Object.keys(rows[0] ?? {})).toEqual([first, second, 'reads', 'actors', 'last_read']);
  });

  it('shows names of projects, two of one name apart', async () => {
    const { rows } = await ask(await open(), 'access-breakdown', {
      range,
      params: { by: 'project,org' },
    });
    expect(sortedRows(rows)).toEqual(
      sortedRows(world.oracle.accessBreakdown({ range }, ['project', 'org'])),
    );
    expect(rows.filter((row) => row.project === 'Payments')).toHaveLength(2);
  });

  it('lists fifty environments unless told otherwise, and the first where fewer are wanted', async () => {
    const insights = await open();
    expect((await ask(insights, 'access-breakdown', { range })).rows).toEqual(
      world.oracle.accessBreakdown({ range }, ['environment'], 50),
    );
    const { rows } = await ask(insights, 'access-breakdown', { range, params: { limit: 2 } });
    expect(rows).toEqual(world.oracle.accessBreakdown({ range }, ['environment'], 2));
  });
});
