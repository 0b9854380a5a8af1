import { openTestStore } from '../../../test/harness';
import type { TestStore } from '../../../test/harness';
import type { Interval } from '../relations/plan';
import { sql } from '../sql';
import { StateLog } from '../state-log';
import { ClosedTime } from './closed-time';

const hour = 3_600_000;
const start = Date.parse('2026-03-10T00:00:00Z');
const hours = (from: number, to: number): Interval => ({
  from: start + from * hour,
  to: start + to * hour,
});
const day = hours(0, 24);

/** A log whose next append reaches the store or not, and fails either way. */
function failing(log: StateLog, reaches: boolean): void {
  const append = log.append.bind(log);
  log.append = async (...entry) => {
    log.append = append;
    if (reaches) await append(...entry);
    throw new Error('the store did not answer');
  };
}

describe('closed time', () => {
  let test: TestStore;
  let log: StateLog;
  let closed: ClosedTime;

  beforeEach(async () => {
    test = await openTestStore();
    log = await StateLog.replay(test.store);
    closed = new ClosedTime(log);
  });
  afterEach(() => test.close());

  const close = async (interval: Interval, of = closed): Promise<number> => {
    const generation = await of.nextGeneration();
    expect(await of.close(of.watch(interval), generation)).toBe(true);
    return generation;
  };
  const write = async (...intervals: Interval[]): Promise<void> =>
    (await closed.announce(intervals))();
  const restarted = async (): Promise<ClosedTime> =>
    new ClosedTime(await StateLog.replay(test.store));
  const spansOf = ({ spans }: ClosedTime) =>
    spans.map(({ from, to, isDirty }) => [(from - start) / hour, (to - start) / hour, isDirty]);

  it('is after a restart what it was before', async () => {
    await close(hours(0, 1));
    await close(hours(1, 2));
    await close(hours(-24, 0));
    await write(hours(1, 2), hours(30, 31));
    const expected = [
      [-24, 0, false],
      [0, 1, false],
      [1, 2, true],
    ];
    expect(spansOf(closed)).toEqual(expected);
    expect(spansOf(await restarted())).toEqual(expected);
    await close(hours(1, 2));
    expect(spansOf(await restarted())[2]).toEqual([1, 2, false]);
    await close(day);
    expect(spansOf(await restarted())).toEqual([
      [-24, 0, false],
      [0, 24, false],
    ]);
  });

  it('closes nothing that was written to meanwhile', async () => {
    const generation = await closed.nextGeneration();
    const whileWriting = await closed.announce([hours(3, 4)]);
    const watches = [closed.watch(day), closed.watch(hours(4, 5))];
    whileWriting();
    const [touched, elsewhere] = watches;
    if (!touched || !elsewhere) throw new Error('there is no watch');
    expect(await closed.close(touched, generation)).toBe(false);
    expect(await closed.close(elsewhere, generation)).toBe(true);
    const before = closed.watch(day);
    await write(hours(3, 4));
    expect(await closed.close(before, generation)).toBe(false);
    const during = closed.watch(day);
    const done = await closed.announce([hours(3, 4)]);
    expect(await closed.close(during, generation)).toBe(false);
    done();
    expect(closed.isBeingWritten(day)).toBe(false);
  });

  it('lets a writer that announces during a closing wait, and makes what it closed dirty', async () => {
    const watch = closed.watch(day);
    const closing = closed.close(watch, await closed.nextGeneration());
    const done = await closed.announce([hours(5, 6)]);
    expect(await closing).toBe(true);
    expect(spansOf(closed)).toEqual([[0, 24, true]]);
    done();
    expect(spansOf(await restarted())).toEqual([[0, 24, true]]);
  });

  it('never closes an hour of a closed day', async () => {
    await close(day);
    await expect(
      closed.close(closed.watch(hours(1, 2)), await closed.nextGeneration()),
    ).rejects.toThrow('inside a longer one');
    expect(spansOf(await restarted())).toEqual([[0, 24, false]]);
  });

  it('gives no number twice, after whatever end', async () => {
    const given = [await closed.nextGeneration(), await closed.nextGeneration()];
    const second = await restarted();
    given.push(await second.nextGeneration());
    const third = await restarted();
    given.push(await third.nextGeneration());
    expect(new Set(given).size).toBe(4);
    expect([...given].sort((a, b) => a - b)).toEqual(given);
  });

  it('grows its log by few entries for numbers', async () => {
    for (let count = 0; count < 500; count++) await closed.nextGeneration();
    const [row] = await test.store.rows(
      sql`SELECT count() AS entries FROM ${test.store.table('state_log')}`,
      { surface: 'state' },
    );
    expect(Number(row?.entries)).toBe(1);
  });

  it.each([true, false])(
    'stays right where a closing was not answered, whether it is in the log (%s) or not',
    async (reaches) => {
      await close(hours(0, 1));
      const generation = await closed.nextGeneration();
      failing(log, reaches);
      await expect(closed.close(closed.watch(day), generation)).rejects.toThrow('did not answer');
      expect(closed.generations.has(generation)).toBe(true);
      // Written to while the day may be closed in the log: it must not come back as clean.
      await write(hours(0, 1));
      const found = spansOf(await restarted());
      expect(found).toEqual([reaches ? [0, 24, true] : [0, 1, true]]);
    },
  );

  it.each([true, false])(
    'lets nobody write where dirt was not noted (in the log: %s), and notes it the next time',
    async (reaches) => {
      await close(day);
      failing(log, reaches);
      await expect(closed.announce([hours(1, 2)])).rejects.toThrow('did not answer');
      expect(closed.isBeingWritten(day)).toBe(false);
      await write(hours(1, 2));
      expect(spansOf(closed)).toEqual([[0, 24, true]]);
      expect(spansOf(await restarted())).toEqual([[0, 24, true]]);
    },
  );

  it('remembers which projects had expired', async () => {
    closed = new ClosedTime(log, () => Promise.resolve(['org/project']));
    await close(day);
    expect(closed.spans[0]?.kept).toEqual([]);
    await write(hours(1, 2));
    expect((await restarted()).spans[0]).toMatchObject({ isDirty: true, kept: ['org/project'] });
  });

  it('finds log entries that newer ones outdo, and is the same without them', async () => {
    const first = await close(hours(0, 1));
    await write(hours(0, 1));
    await close(day);
    await write(hours(7, 8));
    expect(closed.replacedEntries()).toEqual({
      span: [String(first)],
      dirty: [String(first)],
      sum: [],
    });
  });

  it('holds a sum as long as each of its days, also after a restart', async () => {
    const first = await close(day);
    const second = await close(hours(24, 48));
    const sum = { ...hours(0, 48), generation: 900, of: [first, second] };
    await closed.add(sum);
    expect(closed.generations).toContain(900);
    expect((await restarted()).sums).toEqual([sum]);
    await write(hours(7, 8));
    expect(closed.sums).toEqual([]);
    await close(day);
    for (const each of [closed, await restarted()]) {
      expect(each.sums).toEqual([]);
      expect(each.generations).not.toContain(900);
    }
    expect(closed.replacedEntries()).toMatchObject({ sum: ['900'] });
  });
});
