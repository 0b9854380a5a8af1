import { ask, everyone, openTestStore, span } from '../../test/harness';
import type { TestStore } from '../../test/harness';
import { collectorId, readEvent } from '../../test/events';
import { Oracle } from '../../test/oracle';
import { fillWorld } from '../../test/world';
import type { FilledWorld } from '../../test/world';

const range = span('2026-02-20T05:00:00Z', '2026-03-15T10:30:00Z');

describe.each([false, true])('access-totals (closed: %s)', (isClosed) => {
  let test: TestStore;
  let world: FilledWorld;

  beforeAll(async () => {
    test = await openTestStore();
    world = await fillWorld(test, { seed: 4, count: 900, isClosed });
  });
  afterAll(() => test.close());

  it('counts requests, reads, actors and secrets', async () => {
    const { rows } = await ask(await test.insights(), 'access-totals', { range });
    expect(rows).toEqual([world.oracle.accessTotals({ range })]);
  });

  it('counts by the access log, in a scope, and without collectors', async () => {
    const scope = ['project-a', ''];
    const oracle = new Oracle({ deliveries: world.deliveries, collectors: [collectorId, 'i3'] });
    const { rows } = await ask(
      await test.insights({ collectorIdentities: [collectorId, 'i3'] }),
      'access-totals',
      { range, params: { reads: 'access-log' }, caller: { ...everyone, projects: scope } },
    );
    expect(rows).toEqual([oracle.accessTotals({ range, scope, reads: 'access-log' })]);
  });

  it('is the same whatever arrives again, late or in another order', async () => {
    const before = await ask(await test.insights(), 'access-totals', { range });
    for (let time = 0; time < 3; time++) {
      await test.ingest([...world.events].reverse());
      if (isClosed && time === 1) await test.closeDue();
    }
    const after = await ask(await test.insights(), 'access-totals', { range });
    expect(after.rows).toEqual(before.rows);
  });
});

describe('access-totals of single events', () => {
  let test: TestStore;

  beforeEach(async () => {
    test = await openTestStore();
  });
  afterEach(() => test.close());

  it('weighs a repeated refusal, and only a refusal', async () => {
    const suppressed = { eventMetadata: { suppressedRepeats: 5 } };
    await test.ingest([
      readEvent(suppressed),
      readEvent({ ...suppressed, eventType: 'permission-denied' }),
      readEvent({ eventType: 'permission-denied', eventMetadata: { suppressedRepeats: -5 } }),
    ]);
    const { rows } = await ask(await test.insights(), 'access-totals');
    expect(rows[0]).toMatchObject({ requests: 8, reads: 1 });
  });

  it('counts a copy that came by another source once, whichever source is asked for', async () => {
    const event = readEvent();
    await test.ingest([event], { source: 'stream' });
    await test.ingest([event], { source: 'import' });
    const { rows } = await ask(await test.insights(), 'access-totals');
    expect(rows[0]).toMatchObject({ requests: 1, reads: 1 });
  });

  it('is zero, and says that nothing was received, on an empty store', async () => {
    const { rows } = await ask(await test.insights(), 'access-totals');
    expect(rows).toEqual([
      {
        requests: 0,
        reads: 0,
        unique_actors: 0,
        unique_users: 0,
        unique_machines: 0,
        secrets_named: 0,
      },
    ]);
  });
});
