/** Wall clocks of IANA zones, from the same tables that Node's Intl has. */

/** A moment as a wall clock shows it; `month` is 1 to 12. */
export interface LocalTime {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
}

const day = 86_400_000;
const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone);
  if (known) return known;
  const clock = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  clocks.set(zone, clock);
  return clock;
}

/** What the zone adds to UTC at an instant, in milliseconds. */
export function offsetAt(zone: string, instant: number): number {
  // The common case, for which asking the formatter is most of what a calendar takes.
  if (zone === 'UTC') return 0;
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of clockOf(zone).formatToParts(instant)) parts[type] = Number(value);
  const { year = 0, month = 1, day: date = 1, hour = 0, minute = 0, second = 0 } = parts;
  const shown = Date.UTC(year, month - 1, date, hour, minute, second);
  return shown - Math.floor(instant / 1_000) * 1_000;
}

export function localTimeAt(zone: string, instant: number): LocalTime {
  const shown = new Date(instant + offsetAt(zone, instant));
  return {
    year: shown.getUTCFullYear(),
    month: shown.getUTCMonth() + 1,
    day: shown.getUTCDate(),
    hour: shown.getUTCHours(),
    minute: shown.getUTCMinutes(),
  };
}

/**
 * The instant at which a wall clock shows a time. One that it skips is the first instant after the
 * gap; one that it shows twice is the first of the two.
 */
export function instantOf(zone: string, local: LocalTime): number {
  const { year, month, day: date, hour, minute } = local;
  const asUtc = Date.UTC(year, month - 1, date, hour, minute);
  const before = asUtc - day;
  const after = asUtc + day;
  const candidates = [...new Set([offsetAt(zone, before), offsetAt(zone, after)])]
    .map((offset) => asUtc - offset)
    .filter((instant) => instant + offsetAt(zone, instant) === asUtc);
  return candidates.length > 0 ? Math.min(...candidates) : endOfGap(zone, before, after);
}

/** The first instant with the offset that holds at `after`; the offset changes once in between. */
function endOfGap(zone: string, before: number, after: number): number {
  const old = offsetAt(zone, before);
  let low = before;
  let high = after;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(zone, middle) === old) low = middle;
    else high = middle;
  }
  return high;
}

/** Zones change their offset on a minute of UTC at the finest. */
const minuteMs = 60_000;

/**
 * Writes instants in ISO 8601 with the zone's offset, `Z` for UTC. Rows come in order of time, so the
 * offset and the minute of the last one are nearly always those of the next.
 */
export function zonedWriter(zone: string): (instant: number) => string {
  let minute = NaN;
  let offset = 0;
  let offsetShown = '';
  let localMinute = NaN;
  let minuteShown = '';
  return (instant) => {
    const currentMinute = Math.floor(instant / minuteMs);
    if (currentMinute !== minute) {
      minute = currentMinute;
      offset = offsetAt(zone, instant);
      offsetShown = zone === 'UTC' ? 'Z' : offsetText(offset);
    }
    const local = instant + offset;
    const currentLocalMinute = Math.floor(local / minuteMs);
    if (currentLocalMinute !== localMinute) {
      localMinute = currentLocalMinute;
      minuteShown = new Date(localMinute * minuteMs).toISOString().slice(0, -'00.000Z'.length);
    }
    const seconds = ((local - localMinute * minuteMs) / 1000)
      .toFixed(3)
      .padStart('00.000'.length, '0');
    return minuteShown + seconds + offsetShown;
  };
}

function offsetText(offset: number): string {
  const minutes = Math.round(Math.abs(offset) / minuteMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
