import { SelfAudit } from '../audit/self-audit';
import { readEvent } from '../../test/events';
import { ask, now, openTestStore, span } from '../../test/harness';
import type { TestStore } from '../../test/harness';
import { Retention } from './retention';
import type { RetentionOptions } from './retention';

const at = (day: string) => ({ createdAt: `${day}T12:00:00.000Z` });
const events = [
  readEvent({ ...at('2025-12-31'), projectId: 'a' }),
  readEvent({ ...at('2026-01-01'), projectId: 'a' }),
  readEvent({ ...at('2026-01-31'), projectId: 'b' }),
  readEvent({ ...at('2026-02-01'), projectId: 'a' }),
  readEvent({ ...at('2026-02-02'), projectId: 'b' }),
  readEvent({ ...at('2026-03-14'), projectId: 'a' }),
];
const range = span('2025-01-01T00:00:00Z', '2026-03-15T00:00:00Z');

describe('retention of raw events', () => {
  let test: TestStore;

  beforeEach(async () => {
    test = await openTestStore();
    await test.ingest(events);
  });
  afterEach(() => test.close());

  const retention = async (options: Partial<RetentionOptions>) => {
    const { store, closed } = await test.insights();
    return new Retention({
      store,
      closed,
      audit: new SelfAudit(store, () => now - 1_000),
      days: 400,
      projectDays: {},
      pollDays: 90,
      now: () => now,
      onMonth: () => undefined,
      onPolls: () => undefined,
      onError: (error) => {
        throw error;
      },
      ...options,
    });
  };
  const kept = async () =>
    (await ask(await test.insights(), 'events', { range })).rows.map(({ time }) =>
      String(time).slice(0, 10),
    );
  const reads = async () => {
    const { rows } = await ask(await test.insights(), 'access-totals', { range });
    return rows[0]?.reads;
  };

  it('drops whole months that are older, keeps their counts, and notes it', async () => {
    await test.closeDue();
    // 45 days before 15 March is 29 January: January is not over by then, December is.
    const december = await (await retention({ days: 45 })).dropExpired();
    expect(december).toEqual([{ month: '202512', project: null, events: 1, isDropped: true }]);
    const january = await (await retention({ days: 40 })).dropExpired();
    expect(january).toEqual([{ month: '202601', project: null, events: 2, isDropped: true }]);
    expect(await kept()).toEqual(['2026-03-14', '2026-02-02', '2026-02-01']);
    expect(await reads()).toBe(6);
    const { rows } = await ask(await test.insights(), 'self-audit');
    expect(rows.map(({ token, action, rows: count }) => [token, action, count]).sort()).toEqual([
      ['retention', 'expire', 1],
      ['retention', 'expire', 2],
    ]);
  });

  it('waits for days that are not counted yet', async () => {
    const waiting = await (await retention({ days: 40 })).dropExpired();
    expect(waiting.map(({ month, isDropped }) => [month, isDropped])).toEqual([
      ['202512', false],
      ['202601', false],
    ]);
    expect(await kept()).toHaveLength(6);
  });

  it('keeps some projects for less long', async () => {
    await test.closeDue();
    const dropped = await (await retention({ projectDays: { a: 10 } })).dropExpired();
    expect(dropped).toEqual([
      { month: '202512', project: 'a', events: 1, isDropped: true },
      { month: '202601', project: 'a', events: 1, isDropped: true },
      { month: '202602', project: 'a', events: 1, isDropped: true },
    ]);
    expect(await kept()).toEqual(['2026-03-14', '2026-02-02', '2026-01-31']);
    expect(await reads()).toBe(6);
  });
});
