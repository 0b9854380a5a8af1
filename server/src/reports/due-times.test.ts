import { dueNow, dueTimes, nextDue } from './due-times';
import type { Timing } from './due-times';

const hour = 3_600_000;
const day = 24 * hour;
const year = { from: Date.UTC(2026, 0, 1), to: Date.UTC(2027, 0, 1) };

/** The offsets of 2026, written down by hand from the zones' own laws: from when, and how many minutes. */
const zones: Record<string, [from: string, minutes: number][]> = {
  'America/New_York': [
    ['2025-11-02T06:00:00Z', -300],
    ['2026-03-08T07:00:00Z', -240],
    ['2026-11-01T06:00:00Z', -300],
  ],
  'Europe/Berlin': [
    ['2025-10-26T01:00:00Z', 60],
    ['2026-03-29T01:00:00Z', 120],
    ['2026-10-25T01:00:00Z', 60],
  ],
  'Asia/Kolkata': [['2025-01-01T00:00:00Z', 330]],
  'Australia/Lord_Howe': [
    ['2025-10-04T15:30:00Z', 660],
    ['2026-04-04T15:00:00Z', 630],
    ['2026-10-03T15:30:00Z', 660],
  ],
};

interface Minute {
  /** The wall clock, as if it were UTC. */
  shown: Date;
  /** When a schedule for this minute is due. */
  due: number;
}

/**
 * Every minute of the year on the wall clock. One that the clock shows for the second time is left out;
 * what it skips is due when it goes on.
 */
function wallClock(zone: string): Minute[] {
  const offsets = (zones[zone] ?? []).map(([from, minutes]) => ({
    from: Date.parse(from),
    minutes,
  }));
  const clock: Minute[] = [];
  let current = offsets.shift()?.minutes ?? 0;
  let furthest = year.from + (current - 1) * 60_000;
  for (let due = year.from; due < year.to; due += 60_000) {
    if (offsets[0]?.from === due) current = offsets.shift()?.minutes ?? 0;
    const shown = due + current * 60_000;
    for (; furthest < shown; furthest += 60_000) {
      clock.push({ shown: new Date(furthest + 60_000), due });
    }
  }
  return clock;
}

const independentList = (clock: readonly Minute[], matches: (date: Date) => boolean): number[] => [
  ...new Set(
    clock.filter(({ shown, due }) => due > year.from && matches(shown)).map(({ due }) => due),
  ),
];

const timing = (cron: string, zone: string, extra: Partial<Timing> = {}): Timing => ({
  cron,
  zone,
  workdays_only: false,
  start: null,
  end: null,
  ...extra,
});

function listed(given: Timing): number[] {
  const due: number[] = [];
  for (const time of dueTimes(given, year.from)) {
    if (time >= year.to) break;
    due.push(time);
  }
  return due;
}

const lastDay = (date: Date): number =>
  new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
const isWorkday = (date: Date): boolean => date.getUTCDay() % 6 !== 0;
const at = (hours: number, minutes: number) => (date: Date) =>
  date.getUTCHours() === hours && date.getUTCMinutes() === minutes;

const cases: [string, Partial<Timing>, (date: Date) => boolean][] = [
  ['0 7 * * *', {}, at(7, 0)],
  ['30 2 * * *', {}, at(2, 30)],
  ['15 1 * * *', {}, at(1, 15)],
  ['45 1 * * *', {}, at(1, 45)],
  [
    '0,10,30,59 1-3 * * *',
    {},
    (d) => [0, 10, 30, 59].includes(d.getUTCMinutes()) && [1, 2, 3].includes(d.getUTCHours()),
  ],
  ['*/20 * * * *', {}, (d) => d.getUTCMinutes() % 20 === 0],
  ['0 6 L * *', {}, (d) => at(6, 0)(d) && d.getUTCDate() === lastDay(d)],
  [
    '0 6 15,L feb-4 *',
    {},
    (d) =>
      at(6, 0)(d) &&
      [1, 2, 3].includes(d.getUTCMonth()) &&
      (d.getUTCDate() === 15 || d.getUTCDate() === lastDay(d)),
  ],
  ['5 2 * * sun', {}, (d) => at(2, 5)(d) && d.getUTCDay() === 0],
  ['5 2 * * 7', {}, (d) => at(2, 5)(d) && d.getUTCDay() === 0],
  ['0 0 1 * mon', {}, (d) => at(0, 0)(d) && (d.getUTCDate() === 1 || d.getUTCDay() === 1)],
  ['0 9 * * *', { workdays_only: true }, (d) => at(9, 0)(d) && isWorkday(d)],
];

describe.each(Object.keys(zones))('a year in %s', (zone) => {
  let clock: Minute[];
  beforeAll(() => {
    clock = wallClock(zone);
  });

  it.each(cases)('%s %j', (cron, extra, matches) => {
    const expected = independentList(clock, matches);
    expect(expected.length).toBeGreaterThan(3);
    expect(listed(timing(cron, zone, extra)).map((time) => new Date(time).toISOString())).toEqual(
      expected.map((time) => new Date(time).toISOString()),
    );
  });
});

describe('the two rules of summer time', () => {
  const on = (cron: string, zone: string, date: string): string[] => {
    const times: string[] = [];
    const begin = Date.parse(`${date}T00:00:00Z`) - 14 * hour;
    for (const time of dueTimes(timing(cron, zone), begin)) {
      if (time > begin + 2 * day) break;
      times.push(new Date(time).toISOString());
    }
    return times;
  };

  it('a time that is skipped is due at the first instant after the gap, once', () => {
    expect(on('30 2 * * *', 'America/New_York', '2026-03-08')).toContain(
      '2026-03-08T07:00:00.000Z',
    );
    expect(on('15 2 * * *', 'Australia/Lord_Howe', '2026-10-04')).toContain(
      '2026-10-03T15:30:00.000Z',
    );
    const both = on('0,30 2,3 * * *', 'Europe/Berlin', '2026-03-29');
    expect(both.filter((time) => time === '2026-03-29T01:00:00.000Z')).toHaveLength(1);
  });

  it('a time that occurs twice is due at the first', () => {
    const times = on('30 1 * * *', 'America/New_York', '2026-11-01');
    expect(times).toContain('2026-11-01T05:30:00.000Z');
    expect(times).not.toContain('2026-11-01T06:30:00.000Z');
  });
});

describe('start, end and what never comes', () => {
  it('keeps to both ends, which belong to it', () => {
    const start = Date.parse('2026-06-01T07:00:00Z');
    const end = Date.parse('2026-06-03T07:00:00Z');
    expect(listed(timing('0 7 * * *', 'UTC', { start, end }))).toEqual([
      start,
      start + day,
      start + 2 * day,
    ]);
    expect(nextDue(timing('0 7 * * *', 'UTC', { end }), end)).toBeNull();
  });

  it('finds a leap day, and says that a 30th of February never comes', () => {
    const leap = nextDue(timing('0 0 29 2 *', 'UTC'), year.from) ?? 0;
    expect(new Date(leap).toISOString()).toBe('2028-02-29T00:00:00.000Z');
    expect(nextDue(timing('0 0 30 2 *', 'UTC'), year.from)).toBeNull();
  });

  it.each(['', '* * * *', '60 * * * *', '* 24 * * *', '* * 0 * *', '* * * 13 *', '* * * * 8'])(
    'refuses %j',
    (cron) => {
      expect(() => nextDue(timing(cron, 'UTC'), 0)).toThrow('cron must have five fields');
    },
  );
});

describe('what is to be done after a pause of the server', () => {
  const daily = timing('0 7 * * *', 'UTC');
  const seven = (date: string): number => Date.parse(`${date}T07:00:00Z`);

  it('makes up the newest within a day, once, and counts the others as missed', () => {
    const now = seven('2026-05-10') + hour;
    expect(dueNow(daily, seven('2026-05-10'), now)).toEqual({ due: null, missed: 0, last: null });
    expect(dueNow(daily, seven('2026-05-09'), now)).toMatchObject({
      due: seven('2026-05-10'),
      missed: 0,
    });
    expect(dueNow(daily, seven('2026-05-06'), now)).toEqual({
      due: seven('2026-05-10'),
      missed: 3,
      last: seven('2026-05-10'),
    });
  });

  it('records as missed what is more than a day ago', () => {
    const weekly = timing('0 7 * * mon', 'UTC');
    const monday = seven('2026-05-11');
    expect(dueNow(weekly, monday - 1, monday + day)).toMatchObject({ due: monday, missed: 0 });
    expect(dueNow(weekly, monday - 1, monday + day + 1)).toEqual({
      due: null,
      missed: 1,
      last: monday,
    });
  });
});
