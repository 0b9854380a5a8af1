/** Days and clocks. All moments are milliseconds since 1970, all days UTC days. */

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

/** The stretch of time the made-up story is told for, seen from its end. */
export interface Timeline {
  readonly now: number;
  readonly firstDay: number;
  /** 09:30 UTC on the day that many days before today */
  daysAgo(days: number): number;
}

/** `days` whole days and today so far, so that a chart of the last `days` has no half-empty start. */
export function timelineUntil(now: number, days: number): Timeline {
  const today = startOfDay(now);
  return {
    now,
    firstDay: today - days * day,
    daysAgo: (count) => today - count * day + 9.5 * hour,
  };
}

export function startOfDay(at: number): number {
  return Math.floor(at / day) * day;
}

export function isWeekend(at: number): boolean {
  const weekday = new Date(at).getUTCDay();
  return weekday === 0 || weekday === 6;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** How far local clocks are ahead of UTC on that day, which changes with daylight saving. */
export function clockOffset(timeZone: string, dayStart: number): number {
  let clock = clocks.get(timeZone);
  if (!clock) {
    clock = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', hourCycle: 'h23' });
    clocks.set(timeZone, clock);
  }
  return (Number(clock.format(dayStart + 12 * hour)) - 12) * hour;
}
