export type Bucket = 'hour' | 'day' | 'week' | 'month';

const hour = 3_600_000;
const day = 24 * hour;
const formats = new Map<string, Intl.DateTimeFormat>();

/** Wall clock of a zone as if it were UTC, by the runtime's own time zone data. */
function wallClock(instant: number, zone: string): number {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(zone, format);
  }
  const parts = Object.fromEntries(
    format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day: date = 1, hour: hours = 0, minute = 0, second = 0 } = parts;
  const milliseconds = ((instant % 1000) + 1000) % 1000;
  return Date.UTC(year, month - 1, date, hours, minute, second, milliseconds);
}

const offsets = new Map<string, number>();

/** Zones change their offset at most every quarter of an hour, which keeps the cache small. */
function offsetAt(instant: number, zone: string): number {
  if (zone === 'UTC') return 0;
  const quarter = Math.floor(instant / (hour / 4));
  const key = `${zone} ${quarter}`;
  let offset = offsets.get(key);
  if (offset === undefined) {
    offset = wallClock(quarter * (hour / 4), zone) - quarter * (hour / 4);
    offsets.set(key, offset);
  }
  return offset;
}

/** The instant at which a zone's wall clock shows this midnight. */
function instantOf(wall: number, zone: string): number {
  const guess = wall - offsetAt(wall, zone);
  return wall - offsetAt(guess, zone);
}

/** Start of the hour, day, ISO week or month of a zone's calendar that an instant lies in. */
export function bucketStartOf(instant: number, bucket: Bucket, zone: string): number {
  const offset = offsetAt(instant, zone);
  const wall = new Date(instant + offset);
  if (bucket === 'hour') return Math.floor((instant + offset) / hour) * hour - offset;
  const midnight = Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth(), wall.getUTCDate());
  if (bucket === 'day') return instantOf(midnight, zone);
  if (bucket === 'week') return instantOf(midnight - ((wall.getUTCDay() + 6) % 7) * day, zone);
  return instantOf(Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth(), 1), zone);
}

/** Every bucket that a range touches, oldest first, with the UTC days of the range inside it. */
export function bucketsOf(
  range: { from: number; to: number },
  bucket: Bucket,
  zone: string,
): Map<number, Set<number>> {
  const buckets = new Map<number, Set<number>>();
  // A bucket or a UTC day can only begin on a quarter of an hour.
  const step = hour / 4;
  for (
    let instant = range.from;
    instant < range.to;
    instant = (Math.floor(instant / step) + 1) * step
  ) {
    const start = bucketStartOf(instant, bucket, zone);
    const days = buckets.get(start) ?? new Set<number>();
    days.add(Math.floor(instant / day));
    buckets.set(start, days);
  }
  return buckets;
}
