import { setTimeout as sleep } from 'node:timers/promises';
import { ask, at, everyone, now, openTestStore, span } from '../../test/harness';
import type { Asked, TestStore } from '../../test/harness';
import { serveClickHouse } from '../../test/clickhouse-http';
import { collectorId, readEvent } from '../../test/events';
import { openInsights } from '../compose';
import { ingestInfisical } from '../sources/infisical/ingest';
import { Closer } from '../store/rollups/closer';
import { ServerEngine } from '../store/server-engine';
import { bind, sql } from '../store/sql';
import { StateLog } from '../store/state-log';
import { Store } from '../store/store';
import type { Asker } from '../store/store';
import type { Insights } from './insights';
import { runInsight } from './run';

const range = span('2026-03-08T00:00:00Z', '2026-03-15T10:30:00Z');
const limits = { seconds: 30, memoryBytes: 1e9 };

describe('serving many viewers', () => {
  let test: TestStore;
  let store: Store;
  let insights: Insights;
  /** Surfaces of the statements that viewers caused, in the order they ended. */
  let statements: Asker['surface'][];
  let clock: number;

  beforeEach(async () => {
    test = await openTestStore();
    statements = [];
    clock = now;
    store = new Store(
      test.engine,
      test.store.database,
      { ...limits, atOnce: 1 },
      {
        onStatement: (surface) => {
          if (['insight', 'alert', 'report', 'fields'].includes(surface)) statements.push(surface);
        },
      },
    );
    insights = await open();
    await ingest([readEvent(), readEvent(), readEvent({ projectId: 'project-b' })]);
  });
  afterEach(() => test.close());

  const open = async (collectorIdentities: string[] = []): Promise<Insights> =>
    openInsights({
      store,
      state: await StateLog.replay(store),
      auditLogTables: [],
      collectorIdentities,
      rows: 1000,
      now: () => clock,
    });

  const ingest = (events: unknown[]): Promise<unknown> =>
    ingestInfisical({ store, closed: insights.closed }, test.spool(JSON.stringify(events)), {
      source: 'stream',
      strict: true,
      retentionDays: 1200,
      maxEvents: 1000,
      now,
    });

  /** One for each of its figures that has a rollup of its own. */
  const statementsOfTotals = 3;

  const reads = async (asked: Asked = {}): Promise<unknown> =>
    (await ask(insights, 'access-totals', { range, ...asked })).rows[0]?.reads;

  /** How many statements of viewers the work causes. */
  const statementsOf = async (work: () => Promise<unknown>): Promise<number> => {
    const before = statements.length;
    await work();
    return statements.length - before;
  };

  it('asks the database once for twenty who ask the same, and not again while nothing changes', async () => {
    const alone = await statementsOf(() => ask(insights, 'access-volume', { range }));
    expect(alone).toBeGreaterThan(0);
    await ingest([readEvent()]);
    const twenty = await statementsOf(async () => {
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => ask(insights, 'access-volume', { range })),
      );
      for (const answer of answers) expect(answer).toEqual(answers[0]);
    });
    expect(twenty).toBe(alone);
    expect(await statementsOf(() => ask(insights, 'access-volume', { range }))).toBe(0);
  });

  it('gives viewers whose ranges slide the same answer for five seconds', async () => {
    const lastWeek = (): Asked => ({ range: { from: clock - 7 * 86_400_000, to: clock } });
    clock = at('2026-03-15T10:30:00.400Z');
    const first = await ask(insights, 'access-totals', lastWeek());
    clock = at('2026-03-15T10:30:04.900Z');
    const again = await statementsOf(async () =>
      expect(await ask(insights, 'access-totals', lastWeek())).toEqual(first),
    );
    expect(again).toBe(0);
    expect(first.meta).toMatchObject({
      from: '2026-03-08T10:30:05.000Z',
      to: '2026-03-15T10:30:05.000Z',
    });
    clock = at('2026-03-15T10:30:05.100Z');
    const later = await statementsOf(() => ask(insights, 'access-totals', lastWeek()));
    expect(later).toBe(statementsOfTotals);
  });

  it('shows at once what is ingested, closed, expired or excluded', async () => {
    expect(await reads()).toBe(3);
    await ingest([readEvent(), readEvent({ actorMetadata: { identityId: collectorId } })]);
    expect(await reads()).toBe(5);
    const closer = new Closer({
      store,
      events: insights.events,
      closed: insights.closed,
      now: () => clock,
      onError: (error) => {
        throw error;
      },
    });
    const before = await ask(insights, 'access-totals', { range });
    expect(await closer.closeDue()).toBeGreaterThan(0);
    const after = await ask(insights, 'access-totals', { range });
    expect(after.rows).toEqual(before.rows);
    expect([before.meta.closed_until, after.meta.closed_until]).toEqual([
      null,
      '2026-03-15T10:00:00.000Z',
    ]);
    // Late, into time that is closed by now.
    await ingest([readEvent()]);
    expect(await reads()).toBe(6);
    insights = await open([collectorId]);
    expect(await reads()).toBe(5);
    await store.execute(
      sql`DELETE FROM ${store.table('infisical_events')} WHERE projectId = ${bind.text('project-b')}`,
      { surface: 'rollup' },
    );
    expect(await reads()).toBe(4);
  });

  it('never gives one caller what only another may see', async () => {
    const message = 'connection refused by 10.1.2.3';
    await ingest([
      readEvent({
        eventType: 'secret-rotation-rotate-secrets',
        eventMetadata: { rotationId: 'r1', status: 'failed', message },
      }),
    ]);
    const asAuditor = { range, caller: everyone };
    const asViewer = {
      range,
      caller: { ...everyone, capabilities: new Set(['insights'] as const) },
    };
    const told = [];
    for (const asked of [asAuditor, asViewer, asAuditor, asViewer]) {
      const { rows, meta } = await ask(insights, 'rotation-failures', asked);
      told.push([rows[0]?.message, meta.notices.length]);
    }
    expect(told).toEqual([
      [message, 0],
      [null, 1],
      [message, 0],
      [null, 1],
    ]);
    const scopes = [null, ['project-a'], ['project-b'], [], null, ['project-b']];
    const seen = await Promise.all(
      scopes.map((projects) => reads({ caller: { ...everyone, projects } })),
    );
    expect(seen).toEqual([3, 2, 1, 0, 3, 1]);
  });

  it('lets alerts pass a long report', async () => {
    const day = 86_400_000;
    const asking = (surface: 'alert' | 'report', back: number): Promise<unknown> =>
      runInsight(
        insights,
        {
          query: { insight: 'access-breakdown', params: { by: 'actor_name' } },
          range: { from: range.from - back * day, to: range.to },
          surface,
        },
        everyone,
      );
    statements = [];
    const report = Array.from({ length: 20 }, (_, back) => asking('report', back));
    const alerts = Array.from({ length: 3 }, (_, back) => asking('alert', 100 + back));
    await Promise.all([...report, ...alerts]);
    expect(statements).toHaveLength(23);
    // One statement of the report was running, and one place is the alerts' own.
    expect(statements.lastIndexOf('alert')).toBeLessThan(6);
  });

  it('goes on for those who stay when one viewer leaves', async () => {
    const leaving = new AbortController();
    const request = { query: { insight: 'access-totals' }, range };
    const [left, stayed] = [
      runInsight(insights, { ...request, signal: leaving.signal }, everyone),
      runInsight(insights, { ...request, signal: new AbortController().signal }, everyone),
    ];
    leaving.abort();
    await expect(left).rejects.toMatchObject({ kind: 'busy' });
    expect((await stayed).rows[0]?.reads).toBe(3);
    expect(statements).toHaveLength(statementsOfTotals);
  });
});

describe('a viewer who leaves a database server', () => {
  it('stops the statement there only when nobody waits for it any more', async () => {
    const test = await openTestStore();
    const http = await serveClickHouse(test, { name: 'viewer', password: 'a password' });
    const engine = new ServerEngine({
      url: http.url,
      username: 'viewer',
      password: 'a password',
      connections: 2,
      requestTimeoutMs: 20_000,
    });
    const store = new Store(engine, test.store.database, limits);
    const slow = sql`SELECT sleepEachRow(0.02) FROM numbers(40) SETTINGS max_block_size = 1`;
    const viewers = [new AbortController(), new AbortController()];
    const asked = viewers.map(({ signal }) => store.query(slow, { surface: 'insight', signal }));
    const outcomes = Promise.allSettled(asked);
    while (http.seen.length === 0) await sleep(5);
    viewers[0]?.abort();
    await expect(asked[0]).rejects.toMatchObject({ kind: 'busy' });
    await sleep(50);
    expect(http.seen.map(({ aborted }) => aborted)).toEqual([false]);
    viewers[1]?.abort();
    await outcomes;
    while (!http.seen[0]?.aborted) await sleep(5);
    expect(http.seen).toHaveLength(1);
    await store.close();
    await http.close();
    await test.close();
  });
});
