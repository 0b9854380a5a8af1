import { badParameter } from '../failure';

/** What the engine's times can hold on every table, with room for zones, whole days and buckets. */
export const earliest = Date.UTC(1970, 0, 1);
export const latest = Date.UTC(2200, 0, 1);

/** In UTC where nothing else is said; a rounded end is the end of its unit, as in Grafana. */
export function parseInstant(field: string, text: string, now: number): number {
  const instant = instantIn(text, now, field === 'to');
  if (instant === null) {
    throw badParameter(
      field,
      `${field} must be a time such as 2026-11-20T09:30:00Z, epoch milliseconds, now or now-7d, from 1970 to 2200, not '${text}'.`,
    );
  }
  return instant;
}

/**
 * The instant that a text means: ISO 8601, epoch milliseconds, or relative to now as Grafana writes it.
 * Null where it means none that the store can hold.
 */
export function instantIn(text: string, now: number, isEnd = false): number | null {
  const instant = epoch(text) ?? iso(text) ?? relative(text, now, isEnd);
  return instant !== null && instant >= earliest && instant <= latest ? instant : null;
}

const epoch = (text: string): number | null => (/^-?\d{1,16}$/.test(text) ? Number(text) : null);

const isoPattern =
  /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+\- ]\d{2}:?\d{2})?)?$/i;

function iso(text: string): number | null {
  const match = isoPattern.exec(text);
  if (!match) return null;
  const [, date = '', time = '00:00', zone = 'Z'] = match;
  // 30 February would silently become 2 March.
  const midnight = new Date(`${date}T00:00Z`);
  if (Number.isNaN(midnight.getTime()) || midnight.toISOString().slice(0, 10) !== date) return null;
  // A plus that was not escaped arrives as a blank.
  const offset = zone
    .toUpperCase()
    .replace(' ', '+')
    .replace(/(\d{2}):?(\d{2})$/, '$1:$2');
  const instant = Date.parse(`${date}T${time}${offset}`);
  return Number.isNaN(instant) ? null : instant;
}

type Unit = 's' | 'm' | 'h' | 'd' | 'w' | 'M' | 'y';

const relativePattern = /^now((?:[+\- ]\d{1,6}[smhdwMy])*)(?:\/([smhdwMy]))?$/;

function relative(text: string, now: number, isEnd: boolean): number | null {
  const match = relativePattern.exec(text);
  if (!match) return null;
  const [, steps = '', rounding] = match;
  let instant = now;
  for (const [, sign, amount, unit] of steps.matchAll(/([+\- ])(\d+)([smhdwMy])/g)) {
    instant = add(instant, (sign === '-' ? -1 : 1) * Number(amount), unit as Unit);
  }
  if (rounding === undefined) return instant;
  const start = startOf(instant, rounding as Unit);
  return isEnd ? add(start, 1, rounding as Unit) : start;
}

const fixed: Partial<Record<Unit, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};

function add(instant: number, amount: number, unit: Unit): number {
  const step = fixed[unit];
  if (step !== undefined) return instant + amount * step;
  const date = new Date(instant);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + amount * (unit === 'y' ? 12 : 1));
  // A month before 31 March is 28 February, not 3 March.
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  return date.setUTCDate(Math.min(day, lastDay));
}

function startOf(instant: number, unit: Unit): number {
  const date = new Date(instant);
  if (unit === 'M') return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
  if (unit === 'y') return Date.UTC(date.getUTCFullYear(), 0, 1);
  const step = fixed[unit] ?? 1;
  // Weeks begin on Monday; the epoch was a Thursday.
  const origin = unit === 'w' ? 4 * 86_400_000 : 0;
  return Math.floor((instant - origin) / step) * step + origin;
}
