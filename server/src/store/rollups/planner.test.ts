import type { EventQuestion } from '../relations/events';
import type { Interval } from '../relations/plan';
import { openTestStore } from '../../../test/harness';
import type { TestStore } from '../../../test/harness';
import { StateLog } from '../state-log';
import type { StoredColumn } from '../vendor';
import { ClosedTime } from './closed-time';
import { RollupPlanner } from './planner';
import { rollups } from './tables';

const at = (iso: string): number => Date.parse(`2026-03-${iso}Z`);
const span = (from: string, to: string): Interval => ({ from: at(from), to: at(to) });
const day = (date: string): Interval => ({
  from: at(`${date}T00:00:00`),
  to: at(`${date}T00:00:00`) + 86_400_000,
});

describe('choosing rollups', () => {
  let test: TestStore;
  let closed: ClosedTime;
  let planner: RollupPlanner;
  let kept: string[];

  beforeEach(async () => {
    test = await openTestStore();
    kept = [];
    closed = new ClosedTime(await StateLog.replay(test.store), () => Promise.resolve(kept));
    planner = new RollupPlanner(test.store, closed);
    for (const each of [
      day('10'),
      day('11'),
      span('12T00:00:00', '12T01:00:00'),
      span('12T01:00:00', '12T02:00:00'),
    ]) {
      await closed.close(closed.watch(each), await closed.nextGeneration());
    }
  });
  afterEach(() => test.close());

  const plan = (
    range: Interval,
    needs: readonly StoredColumn[],
    question: Partial<EventQuestion> = {},
  ) => {
    const { rollups: parts, raw } = planner.plan(
      {
        fields: ['requests'],
        range,
        scope: null,
        filters: [],
        only: [],
        grain: 'day',
        ...question,
      },
      new Set(needs),
    );
    return {
      raw,
      rollups: parts.map(({ table, condition }) => ({
        table: /rollup_\w+/.exec(table.compile().text)?.[0],
        ...condition.compile().parameters,
      })),
    };
  };

  it('takes days and hours from the coarsest table that has the columns, and the rest raw', () => {
    const { rollups: parts, raw } = plan(span('10T00:00:00', '12T02:30:00'), ['event', 'actor_id']);
    expect(parts).toEqual([
      {
        table: 'rollup_actor_day',
        p0: [1, 2, 3, 4],
        p1: '2026-03-10 00:00:00.000',
        p2: '2026-03-12 02:00:00.000',
      },
    ]);
    expect(raw).toEqual([span('12T02:00:00', '12T02:30:00')]);
  });

  it('fills what is left of days at the ends by quarter hours, and what is left of those raw', () => {
    const { rollups: parts, raw } = plan(span('10T22:50:00', '12T00:20:00'), ['event']);
    expect(parts).toEqual([
      {
        table: 'rollup_day',
        p0: [2],
        p1: '2026-03-11 00:00:00.000',
        p2: '2026-03-12 00:00:00.000',
      },
      {
        table: 'rollup_quarter_hour',
        p0: [1, 3],
        p1: '2026-03-10 23:00:00.000',
        p2: '2026-03-12 00:15:00.000',
      },
    ]);
    expect(raw).toEqual([span('10T22:50:00', '10T23:00:00'), span('12T00:15:00', '12T00:20:00')]);
  });

  it('finds the rows of hours under the start of their day', () => {
    const { rollups: parts, raw } = plan(span('12T01:00:00', '12T02:00:00'), ['auth_method']);
    expect(parts).toEqual([
      {
        table: 'rollup_kind_day',
        p0: [4],
        p1: '2026-03-12 00:00:00.000',
        p2: '2026-03-12 02:00:00.000',
      },
    ]);
    expect(raw).toEqual([]);
  });

  it('keeps to quarter hours where time is grouped by more finely than UTC days', () => {
    const byTime = { grain: 'quarter-hour', fields: ['time', 'requests'] } as const;
    expect(plan(day('10'), ['event'], byTime).rollups).toMatchObject([
      { table: 'rollup_quarter_hour', p0: [1] },
    ]);
    expect(plan(day('10'), ['actor_name'], byTime).rollups).toMatchObject([
      { table: 'rollup_actor_quarter_hour', p0: [1] },
    ]);
    expect(plan(day('10'), ['client_type'], byTime)).toEqual({ rollups: [], raw: [day('10')] });
  });

  it('asks only tables that keep times where times are asked for', () => {
    const partOfDay = span('10T00:00:00', '10T12:00:00');
    const byTime = { fields: ['requests', 'last_time'] } as const;
    expect(plan(partOfDay, ['environment'], byTime).rollups).toMatchObject([
      { table: 'rollup_kind_quarter_hour', p0: [1] },
    ]);
    expect(plan(partOfDay, ['actor_name'], byTime)).toEqual({ rollups: [], raw: [partOfDay] });
    const byFirst = { fields: ['requests', 'first_time'] } as const;
    expect(plan(day('10'), ['environment'], byTime).rollups).toMatchObject([
      { table: 'rollup_kind_day', p0: [1] },
    ]);
    expect(plan(day('10'), ['environment'], byFirst).rollups).toMatchObject([
      { table: 'rollup_secret_day', p0: [1] },
    ]);
  });

  it('takes sums of days where days are not told apart, as long as each of them holds', async () => {
    const days = span('10T00:00:00', '12T00:00:00');
    await closed.add({ ...days, generation: 50, of: [1, 2] });
    expect(plan(days, ['event']).rollups).toMatchObject([
      { table: 'rollup_day', p0: [50], p1: '2026-03-10 00:00:00.000' },
    ]);
    const longer = span('10T00:00:00', '12T01:00:00');
    expect(plan(longer, ['event']).rollups).toMatchObject([{ p0: [50, 3] }]);
    expect(plan(days, ['secret_key', 'actor_id']).rollups).toMatchObject([{ p0: [1, 2] }]);
    const byDay = { fields: ['time', 'requests'] } as const;
    expect(plan(days, ['event'], byDay).rollups).toMatchObject([{ p0: [1, 2] }]);
    expect(plan(day('10'), ['event']).rollups).toMatchObject([{ p0: [1] }]);
    await closed.add({ ...day('11'), generation: 51, of: [2] });
    expect(plan(days, ['event']).rollups).toMatchObject([{ p0: [50] }]);
    expect(plan(day('11'), ['event']).rollups).toMatchObject([{ p0: [51] }]);
    (await closed.announce([span('11T05:00:00', '11T06:00:00')]))();
    expect(plan(days, ['event'])).toMatchObject({ rollups: [{ p0: [1] }], raw: [day('11')] });
  });

  it('asks sums who read a secret at all, and days how often', async () => {
    const of: number[] = [];
    for (let each = at('15T00:00:00'); of.length < 32; each += 86_400_000) {
      const generation = await closed.nextGeneration();
      await closed.close(closed.watch({ from: each, to: each + 86_400_000 }), generation);
      of.push(generation);
    }
    const days = { from: at('15T00:00:00'), to: at('15T00:00:00') + 32 * 86_400_000 };
    const short = { from: days.from, to: days.from + 8 * 86_400_000 };
    await closed.add({ ...short, generation: 80, of: of.slice(0, 8) });
    const readers = ['secret_key', 'actor_id'] as const;
    expect(plan(days, readers, { fields: ['actor'] }).rollups).toMatchObject([
      { p0: [80, ...of.slice(8)] },
    ]);
    await closed.add({ ...days, generation: 90, of });
    expect(plan(days, readers, { fields: ['actor'] }).rollups).toMatchObject([{ p0: [90] }]);
    for (const figure of ['requests', 'events', 'first_time', 'last_time', 'time'] as const) {
      const counted = plan(days, readers, { fields: ['actor', figure] });
      expect(counted.rollups).toMatchObject([{ p0: of }]);
    }
  });

  it('answers raw what no table keeps', () => {
    for (const column of ['ip', 'id', 'event_metadata', 'secret_id'] as const) {
      expect(rollups.some(({ columns }) => columns.includes(column))).toBe(false);
      expect(plan(day('10'), [column])).toEqual({ rollups: [], raw: [day('10')] });
    }
  });

  it('answers dirty time raw, but for projects whose raw events have expired', async () => {
    (await closed.announce([span('10T05:00:00', '10T06:00:00')]))();
    expect(plan(span('10T00:00:00', '12T00:00:00'), ['event'])).toMatchObject({
      rollups: [{ p0: [2] }],
      raw: [day('10')],
    });
    kept = ['org/project'];
    (await closed.announce([span('11T05:00:00', '11T06:00:00')]))();
    expect(plan(span('10T00:00:00', '12T00:00:00'), ['event'])).toMatchObject({
      rollups: [{ table: 'rollup_day', p0: [2], p1: ['org/project'] }],
      raw: [day('10'), { ...day('11'), except: ['org/project'] }],
    });
    // By a column that only raw events have, nothing is left to answer the expired ones.
    expect(plan(day('11'), ['ip'])).toEqual({ rollups: [], raw: [day('11')] });
  });

  it('says up to where a range is closed without a hole', async () => {
    const until = (from: string, to: string): number | null => planner.closedUntil(span(from, to));
    expect(until('01T00:00:00', '13T00:00:00')).toBe(at('12T02:00:00'));
    expect(until('10T12:00:00', '11T12:00:00')).toBe(at('11T12:00:00'));
    expect(until('12T02:00:00', '13T00:00:00')).toBeNull();
    (await closed.announce([span('11T05:00:00', '11T06:00:00')]))();
    expect(until('10T00:00:00', '13T00:00:00')).toBe(at('11T00:00:00'));
    expect(until('11T00:00:00', '13T00:00:00')).toBeNull();
  });
});
