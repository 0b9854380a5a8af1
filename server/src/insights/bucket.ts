import { Failure } from '../failure';
import { bind, sql } from '../store/sql';
import type { Sql } from '../store/sql';
import type { EventQuestion, EventRange } from '../store/relations/events';

export const bucketSizes = ['auto', 'hour', 'day', 'week', 'month'] as const;
export type BucketSize = (typeof bucketSizes)[number];
export type FixedBucket = Exclude<BucketSize, 'auto'>;

const hour = 3_600_000;
/** About, for sizes that a zone or a calendar stretches. */
const length: Record<FixedBucket, number> = {
  hour,
  day: 24 * hour,
  week: 7 * 24 * hour,
  month: 30 * 24 * hour,
};

/** The finest bucket that still gives a chart at most `points` points. */
export function chooseBucket(rangeMs: number, points = 200): FixedBucket {
  const sizes = ['hour', 'day', 'week'] as const;
  return sizes.find((size) => rangeMs / length[size] <= points) ?? 'month';
}

/** @throws Failure `too-large` where a range has more buckets than an answer may have rows. */
export function checkBucketCount(rangeMs: number, size: FixedBucket, most: number): void {
  const buckets = Math.ceil(rangeMs / length[size]);
  if (buckets <= most) return;
  throw new Failure(
    'too-large',
    `The range has ${buckets.toLocaleString('en-US')} buckets of one ${size}, and an answer has at most ${most.toLocaleString('en-US')} rows: ask for longer buckets or a shorter range.`,
    { field: 'bucket' },
  );
}

/** How many buckets a range touches; null where a zone or the calendar can make them uneven, which the engine knows. */
export function evenBucketCount(
  { from, to }: EventRange,
  size: FixedBucket,
  zone: string,
): number | null {
  if (zone !== 'UTC' || (size !== 'hour' && size !== 'day')) return null;
  return Math.ceil(to / length[size]) - Math.floor(from / length[size]);
}

/** Start of the bucket as an instant. Weeks begin on Monday. */
export function bucketStart(size: FixedBucket, zone: string, time: Sql): Sql {
  const at = bind.text(zone);
  switch (size) {
    case 'hour':
      return sql`toDateTime64(toStartOfHour(${time}, ${at}), 3, 'UTC')`;
    case 'day':
      return sql`toDateTime64(toStartOfDay(${time}, ${at}), 3, 'UTC')`;
    // Weeks and months come as dates without a zone; their first midnight in the zone is the instant.
    case 'week':
      return sql`toDateTime64(toDateTime64(toMonday(${time}, ${at}), 3, ${at}), 3, 'UTC')`;
    case 'month':
      return sql`toDateTime64(toDateTime64(toStartOfMonth(${time}, ${at}), 3, ${at}), 3, 'UTC')`;
  }
}

/** How finely the store has to keep time for such buckets. Every zone of today begins its days on a quarter hour. */
export function bucketGrain(size: FixedBucket, zone: string): EventQuestion['grain'] {
  return size !== 'hour' && zone === 'UTC' ? 'day' : 'quarter-hour';
}
