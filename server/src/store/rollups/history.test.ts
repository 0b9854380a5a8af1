import { ask, now, openTestStore, span } from '../../../test/harness';
import type { TestStore } from '../../../test/harness';
import { collectorId, generateEvents, generateRotations, readEvent } from '../../../test/events';
import { Oracle } from '../../../test/oracle';
import type { Delivery } from '../../../test/oracle-events';
import { Random } from '../../../test/random';
import { sortedRows } from '../../../test/rows';
import { bind, sql } from '../sql';

/** Long enough for a sum of days, which begins on 28 February. */
const range = span('2026-02-27T13:47:11Z', '2026-03-15T10:30:00Z');
const state = { surface: 'state' as const };

/** Every figure of a history so far, by the product and by the oracle. */
async function compare(test: TestStore, oracle: Oracle, collectors: string[]): Promise<void> {
  const insights = await test.insights({ collectorIdentities: collectors });
  const rowsOf = async (id: string, params = {}, zone = 'UTC') =>
    sortedRows((await ask(insights, id, { range, params, zone })).rows);
  expect(await rowsOf('access-totals')).toEqual([oracle.accessTotals({ range })]);
  expect(await rowsOf('access-totals', { reads: 'access-log' })).toEqual([
    oracle.accessTotals({ range, reads: 'access-log' }),
  ]);
  expect(await rowsOf('access-volume', { by: 'event' })).toEqual(
    sortedRows(oracle.accessVolume({ range }, 'day', 'event')),
  );
  const zone = 'Asia/Kolkata';
  expect(await rowsOf('access-volume', { bucket: 'hour' }, zone)).toEqual(
    sortedRows(oracle.accessVolume({ range, zone }, 'hour')),
  );
  expect(await rowsOf('top-actors', { limit: 1000, merge: 'id' })).toEqual(
    sortedRows(oracle.topActors({ range }, 1000, 'id')),
  );
  expect(await rowsOf('auth-methods')).toEqual(sortedRows(oracle.authMethods({ range })));
  const by = ['secret_path', 'secret_key'] as const;
  expect(await rowsOf('access-breakdown', { by: [...by], limit: 10_000 })).toEqual(
    sortedRows(oracle.accessBreakdown({ range }, by, 10_000)),
  );
  expect(await rowsOf('rotation-failures')).toEqual(sortedRows(oracle.rotationFailures({ range })));
}

describe('a history of arrivals and closings', () => {
  let test: TestStore;

  beforeEach(async () => {
    test = await openTestStore();
  });
  afterEach(() => test.close());

  it.each([101, 102])('has the same figures at every moment (seed %s)', async (seed) => {
    const random = new Random(seed);
    const events = random.shuffled(
      [...generateEvents(random, 700), ...generateRotations(random, 6)].filter(
        ({ createdAt }) => createdAt >= '2026-03-06',
      ),
    );
    events.unshift(readEvent({ createdAt: '2026-02-27T16:00:00.000Z' }));
    const deliveries: Delivery[] = [];
    for (let step = 0; step < 7; step++) {
      const fresh = events.splice(0, Math.ceil(events.length / (7 - step)));
      const again = deliveries.filter(() => random.chance(0.2)).map(({ event }) => event);
      const batch = random.shuffled([...fresh, ...again]);
      await test.ingest(batch, { now: now - 60_000 });
      deliveries.push(...batch.map((event) => ({ source: 'stream', event })));
      const collectors = random.chance(0.5) ? [collectorId, 'i1'] : [];
      const oracle = new Oracle({ deliveries, collectors });
      await compare(test, oracle, collectors);
      if (random.chance(0.7)) {
        expect(await test.closeDue()).toBeGreaterThan(0);
        await compare(test, oracle, collectors);
      }
    }
    await test.closeDue();
    expect(await test.closeDue()).toBe(0);
    expect((await test.insights()).closed.sums).toHaveLength(1);
  });

  it('does not move while events arrive during a closing', async () => {
    const random = new Random(103);
    const events = generateEvents(random, 300).filter(({ createdAt }) => createdAt >= '2026-03-06');
    const late = generateEvents(random, 300).filter(({ createdAt }) => createdAt >= '2026-03-06');
    await test.ingest(events, { now: now - 60_000 });
    const closing = test.closeDue();
    for (let start = 0; start < late.length; start += 20) {
      await test.ingest(late.slice(start, start + 20), { now: now - 60_000 });
    }
    await closing;
    const deliveries = [...events, ...late].map((event) => ({ source: 'stream', event }));
    const oracle = new Oracle({ deliveries });
    await compare(test, oracle, []);
    await test.closeDue();
    await compare(test, oracle, []);
  });

  it('keeps the figures of a project whose raw events have expired, also when others arrive late', async () => {
    const day = '2026-03-10T12:00:00.000Z';
    const expired = [1, 2, 3].map(() => readEvent({ createdAt: day, projectId: 'short-lived' }));
    const kept = [1, 2].map(() => readEvent({ createdAt: day, projectId: 'long-lived' }));
    await test.ingest([...expired, ...kept], { now: now - 60_000 });
    await test.closeDue();
    await test.store.execute(
      sql`DELETE FROM ${test.store.table('infisical_events')} WHERE projectId = ${bind.text('short-lived')}`,
      state,
    );
    const reads = async () => {
      const { rows } = await ask(await test.insights(), 'access-breakdown', {
        range,
        params: { by: 'project' },
      });
      return Object.fromEntries(rows.map((row) => [row.project, row.reads]));
    };
    expect(await reads()).toEqual({ 'short-lived': 3, 'long-lived': 2 });
    await test.ingest([readEvent({ createdAt: day, projectId: 'long-lived' })], {
      now: now - 60_000,
    });
    expect(await reads()).toEqual({ 'short-lived': 3, 'long-lived': 3 });
    await test.closeDue();
    expect(await reads()).toEqual({ 'short-lived': 3, 'long-lived': 3 });
  });
});
