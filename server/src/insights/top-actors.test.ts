import { ask, everyone, openTestStore, span } from '../../test/harness';
import type { TestStore } from '../../test/harness';
import { collectorId, readEvent } from '../../test/events';
import { fillWorld } from '../../test/world';
import type { FilledWorld } from '../../test/world';

const range = span('2026-02-20T05:00:00Z', '2026-03-15T10:30:00Z');

describe.each([false, true])('top-actors (closed: %s)', (isClosed) => {
  let test: TestStore;
  let world: FilledWorld;

  beforeAll(async () => {
    test = await openTestStore();
    world = await fillWorld(test, { seed: 2, count: 900, isClosed });
  });
  afterAll(() => test.close());

  it.each(['name', 'id'] as const)('ranks actors, ties by label, merged by %s', async (merge) => {
    const insights = await test.insights();
    for (const limit of [1, 5, 17, 1000]) {
      const { rows } = await ask(insights, 'top-actors', { range, params: { limit, merge } });
      expect(rows).toEqual(world.oracle.topActors({ range }, limit, merge));
    }
  });

  it('keeps shares relative to all reads under the same filters', async () => {
    const filters = [{ field: 'environment', op: 'not-in' as const, values: ['prod', 'a"b'] }];
    const { rows } = await ask(await test.insights(), 'top-actors', { range, filters });
    expect(rows).toEqual(world.oracle.topActors({ range, filters }));
    const sum = rows.reduce((all, row) => all + Number(row.share), 0);
    expect(sum).toBeGreaterThan(0);
    expect(sum).toBeLessThan(1);
  });

  it('answers by the nine types of the access log when asked to', async () => {
    const { rows } = await ask(await test.insights(), 'top-actors', {
      range,
      params: { reads: 'access-log', limit: 1000 },
    });
    expect(rows).toEqual(world.oracle.topActors({ range, reads: 'access-log' }, 1000));
  });

  it('keeps to the projects of the caller', async () => {
    const scope = ['project-b', 'project-c'];
    const { rows } = await ask(await test.insights(), 'top-actors', {
      range,
      params: { limit: 1000 },
      caller: { ...everyone, projects: scope },
    });
    expect(rows).toEqual(world.oracle.topActors({ range, scope }, 1000));
  });

  it('leaves collectors out at once when settings name them, and no namesake id of another type', async () => {
    const all = { range, params: { limit: 1000, merge: 'id' } };
    const before = await ask(await test.insights(), 'top-actors', all);
    const after = await ask(
      await test.insights({ collectorIdentities: [collectorId, 'i1'] }),
      'top-actors',
      all,
    );
    const names = (rows: typeof before.rows) => rows.map((row) => row.actor_name);
    expect(names(before.rows)).toContain('secret-insights');
    expect(names(after.rows)).not.toContain('secret-insights');
    expect(names(after.rows)).toContain('not a collector');
    expect(names(after.rows).filter((name) => name === 'twin')).toHaveLength(1);
  });
});

describe('labels of top-actors', () => {
  it('writes type, name and thousands as Infisical does, and five rows unless told otherwise', async () => {
    const test = await openTestStore();
    const many = (count: number, name: string, actor = 'service') =>
      Array.from({ length: count }, () =>
        readEvent({ actor, actorMetadata: { serviceId: name, identityId: name, name } }),
      );
    await test.ingest([
      ...many(5234, 'ci-runner'),
      ...many(2, 'b'),
      ...many(2, 'a'),
      ...many(2, 'a', 'identity'),
      ...many(1, 'x'),
      ...many(1, 'y'),
    ]);
    const { rows, meta } = await ask(await test.insights(), 'top-actors');
    expect(rows.map((row) => row.label)).toEqual([
      'Service: ci-runner (5,234)',
      'Identity: a (2)',
      'Service: a (2)',
      'Service: b (2)',
      'Service: x (1)',
    ]);
    expect(meta).toMatchObject({
      from: '2026-03-09T00:00:00.000Z',
      to: '2026-03-15T10:30:00.000Z',
    });
    await test.close();
  });
});
