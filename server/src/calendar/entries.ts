import { createHash } from 'node:crypto';
import type { Row } from '../contract';
import { dayOf } from '../insights/calendar-month';

const day = 86_400_000;

/** One event of a calendar file. */
export interface Entry {
  uid: string;
  /** Epoch milliseconds; midnight in UTC of its day where it is all-day. */
  start: number;
  isAllDay: boolean;
  summary: string;
  description: string;
  link: string | null;
  repeats: { days: number; times: number } | null;
}

interface Horizon {
  zone: string;
  /** Epoch milliseconds. */
  now: number;
  until: number;
}

/**
 * Rows of the insight `calendar` as events of a file.
 *
 * A rotation is timed: it runs at that moment, and a person in any zone sees when. A reminder is
 * all-day: it is there to be seen on its day, and the hour is only when Infisical's clock looks (its own
 * are at midnight of UTC, which a person in New York would find on the evening before).
 *
 * What comes again is one event with a rule, up to the horizon: a daily rotation would be hundreds of
 * events. Its dates are whole days of UTC apart, as the vendor counts them. Where its date has
 * passed, that date stays one event and the rule begins with the next one from now on: what happened
 * in between is not known.
 */
export function entriesOf(rows: readonly Row[], horizon: Horizon): Entry[] {
  return rows.flatMap((row) => {
    const at = Date.parse(String(row.at));
    const step = Number(row.repeat_days ?? 0) * day;
    if (step <= 0) return [entry(row, at, horizon, null)];
    const next = at >= horizon.now ? at : at + Math.ceil((horizon.now - at) / step) * step;
    const times = Math.floor((horizon.until - next) / step) + 1;
    const repeats = { days: Number(row.repeat_days), times };
    const passed = next === at ? [] : [entry(row, at, horizon, null)];
    return times < 1 ? passed : [...passed, entry(row, next, horizon, repeats)];
  });
}

function entry(row: Row, at: number, { zone }: Horizon, repeats: Entry['repeats']): Entry {
  const isReminder = row.kind === 'reminder';
  const local = dayOf(zone, at);
  const places = [row.project, row.environment, row.secret_path].map((part) => String(part ?? ''));
  return {
    // Stays the same from one reading to the next, or programs would show everything twice.
    uid: `${digest([row.kind, ...places, row.id, repeats === null])}@secret-insights`,
    start: isReminder ? Date.UTC(local.year, local.month - 1, local.day) : at,
    isAllDay: isReminder,
    summary: `${isReminder ? 'Reminder' : 'Rotation'}: ${String(row.title)}`,
    // Without the text of the reminder: a feed is read by programs and services of others.
    description: places.filter((part) => part !== '').join(' · '),
    link: row.link === null ? null : String(row.link),
    repeats,
  };
}

export const digest = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 32);
