import { ask, openTestStore, span } from '../../test/harness';
import type { TestStore } from '../../test/harness';
import { fillWorld } from '../../test/world';
import type { FilledWorld } from '../../test/world';
import { distinct } from '../../test/oracle-events';

const range = span('2026-03-01T00:00:00Z', '2026-03-15T00:00:00Z');
const day = 86_400_000;

describe.each([false, true])('event-volume (closed: %s)', (isClosed) => {
  let test: TestStore;
  let world: FilledWorld;

  beforeAll(async () => {
    test = await openTestStore();
    world = await fillWorld(test, { seed: 12, count: 700, isClosed });
  });
  afterAll(() => test.close());

  const facts = () =>
    distinct(world.deliveries).filter(({ time }) => time >= range.from && time < range.to);

  it('counts every kind of event, days without any knowledge left open', async () => {
    const { rows } = await ask(await test.insights(), 'event-volume', {
      range,
      params: { bucket: 'day' },
    });
    const byDay = new Map<number, number>();
    for (const { time, weight } of facts()) {
      const start = Math.floor(time / day) * day;
      byDay.set(start, (byDay.get(start) ?? 0) + weight);
    }
    expect(rows).toHaveLength(14);
    for (const { time, events, by } of rows) {
      expect([time, events, by]).toEqual([time, byDay.get(Date.parse(String(time))) ?? null, null]);
    }
  });

  it('splits by a field, the largest first and the rest together', async () => {
    const { rows } = await ask(await test.insights(), 'event-volume', {
      range,
      params: { bucket: 'month', by: ['outcome'], top: 1 },
    });
    const sums = new Map<string, number>();
    for (const { outcome, weight } of facts()) sums.set(outcome, (sums.get(outcome) ?? 0) + weight);
    const [largest = ['', 0], ...others] = [...sums].sort((a, b) => b[1] - a[1]);
    expect(new Map(rows.map(({ by, events }) => [by, events]))).toEqual(
      new Map([largest, ['other', others.reduce((sum, [, count]) => sum + count, 0)]]),
    );
  });
});
