const calendar =
  '(\\d{4})[-/](\\d{2})[-/](\\d{2})[T ](\\d{2}):(\\d{2}):(\\d{2})(?:[.,](\\d{1,9}))?(?: ?(Z|UTC|[+-]\\d{2}:?\\d{2}))?(?: (?:UTC|GMT|[A-Z]{3,4}))?';
const whole = new RegExp(`^${calendar}$`);
/** A time at the beginning of a line, perhaps behind a syslog priority or in brackets. */
const leading = new RegExp(`^(?:<\\d{1,3}>\\d{0,2}\\s*)?\\[?${calendar}\\]?`);

/**
 * A time of a record as the store reads it, `2026-03-14 12:00:00.000000` in UTC. Akeyless's forwarders
 * write ISO 8601, Go's own form (`2026-03-14 12:00:00 +0000 UTC`) and seconds or milliseconds since 1970.
 * @returns null for anything else.
 */
export function recordTime(value: unknown): string | null {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string') return null;
  const match = whole.exec(text.trim());
  return match ? ofCalendar(match) : ofEpoch(text.trim());
}

/** The time that a line begins with, and what follows it. */
export function leadingTime(line: string): { time: string; rest: string } | null {
  const match = leading.exec(line);
  const time = match && ofCalendar(match);
  return match && time ? { time, rest: line.slice(match[0].length) } : null;
}

function ofCalendar(match: RegExpExecArray): string | null {
  const [, year, month, day, hour, minute, second, fraction = '', zone = 'Z'] = match;
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  const seconds = Date.parse(`${local}Z`);
  // The 31st of February would become the 3rd of March.
  if (Number.isNaN(seconds) || new Date(seconds).toISOString().slice(0, 19) !== local) return null;
  return text(seconds - offset(zone), fraction.padEnd(6, '0').slice(0, 6));
}

function offset(zone: string): number {
  const match = /^([+-])(\d{2}):?(\d{2})$/.exec(zone);
  if (!match) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return (match[1] === '-' ? -1 : 1) * minutes * 60_000;
}

/** Digits since 1970 by how many there are: seconds, milliseconds, microseconds or nanoseconds. */
function ofEpoch(value: string): string | null {
  const match = /^(\d{9,19})(?:\.(\d{1,9}))?$/.exec(value);
  if (!match) return null;
  const [, digits = '', decimals = ''] = match;
  const unit = digits.length <= 11 ? 0 : digits.length <= 14 ? 3 : digits.length <= 17 ? 6 : 9;
  const seconds = digits.slice(0, digits.length - unit);
  const fraction = (digits.slice(digits.length - unit) + decimals).padEnd(6, '0').slice(0, 6);
  return text(Number(seconds) * 1_000, fraction);
}

const text = (seconds: number, fraction: string): string =>
  `${new Date(seconds).toISOString().slice(0, 19).replace('T', ' ')}.${fraction}`;
