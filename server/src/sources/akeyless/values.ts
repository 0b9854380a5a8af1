import { recordTime } from './record-time';
import { isMembers } from './text-line';
import type { Members } from './text-line';

/*
 * Akeyless's API gives a number as text, or text where its own types say a number, often enough that
 * every value is read for what it means. What means nothing is left out rather than refused.
 */

export const membersIn = (value: unknown): Members => (isMembers(value) ? value : {});

export const listIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const textIn = (value: unknown): string =>
  typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '';

export function numberIn(value: unknown): number | null {
  const text = textIn(value);
  const number = text === '' ? NaN : Number(text);
  return Number.isFinite(number) ? number : null;
}

export const flagIn = (value: unknown): boolean | null =>
  typeof value === 'boolean' ? value : value === 'true' ? true : value === 'false' ? false : null;

/** Epoch milliseconds of a date in either of its spellings: a number of seconds, or RFC 3339. Go's zero date is none. */
export function dateIn(value: unknown): number | null {
  const time = recordTime(value);
  if (time === null) return null;
  const instant = Date.parse(`${time.replace(' ', 'T')}Z`);
  return instant > 0 ? instant : null;
}
