import { parseCron, weekdayOf } from './cron';
import { instantOf, localTimeAt } from '../time/zoned-time';

/** When a schedule comes due. */
export interface Timing {
  cron: string;
  zone: string;
  /** Only Monday to Friday of the zone. */
  workdays_only: boolean;
  /** Epoch milliseconds; null for none. Both ends belong to it. */
  start: number | null;
  end: number | null;
}

const day = 86_400_000;
/** How far back missed times are counted. */
const countedDays = 31;
/** Leap days are up to eight years apart; what does not come due by then never does. */
const searchedDays = 9 * 366;

/**
 * The due times after an instant, ascending and each once. A local time that the clock skips is due at
 * the first instant after the gap; one that it shows twice at the first of the two.
 */
export function* dueTimes(timing: Timing, after: number): Generator<number, undefined> {
  const { cron, zone, workdays_only: workdaysOnly, start, end } = timing;
  const times = parseCron(cron);
  const from = Math.max(after, start === null ? -Infinity : start - 1);
  const first = localTimeAt(zone, from - day);
  let last = from;
  let quietDays = 0;
  for (let index = 0; quietDays < searchedDays; index += 1) {
    quietDays += 1;
    // As a date of UTC, which skips none.
    const date = new Date(Date.UTC(first.year, first.month - 1, first.day + index));
    const local = {
      year: date.getUTCFullYear(),
      month: date.getUTCMonth() + 1,
      day: date.getUTCDate(),
    };
    const weekday = weekdayOf(local);
    if (!times.matchesDay(local) || (workdaysOnly && (weekday === 0 || weekday === 6))) continue;
    for (const hour of times.hours) {
      for (const minute of times.minutes) {
        const instant = instantOf(zone, { ...local, hour, minute });
        if (end !== null && instant > end) return;
        if (instant <= last) continue;
        yield instant;
        last = instant;
        quietDays = 0;
      }
    }
  }
}

export function nextDue(timing: Timing, after: number): number | null {
  return dueTimes(timing, after).next().value ?? null;
}

export interface DueNow {
  /** The time to run for; null where there is nothing to do. */
  due: number | null;
  /** Times that came and went without a run. */
  missed: number;
  /** The newest of all of them. */
  last: number | null;
}

/**
 * What is to be done at an instant, when everything up to `handled` is done: the newest due time, once,
 * unless it is more than a day ago.
 */
export function dueNow(timing: Timing, handled: number, now: number): DueNow {
  let count = 0;
  let last: number | null = null;
  for (const due of dueTimes(timing, Math.max(handled, now - countedDays * day))) {
    if (due > now) break;
    count += 1;
    last = due;
  }
  if (last === null) return { due: null, missed: 0, last };
  return now - last <= day
    ? { due: last, missed: count - 1, last }
    : { due: null, missed: count, last };
}
