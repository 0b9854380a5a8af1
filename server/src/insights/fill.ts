import type { Row } from '../contract';
import type { EventRange } from '../store/relations/events';
import type { Relations } from '../store/relations/relations';
import { bind, sql } from '../store/sql';
import type { Asker, Store } from '../store/store';
import { bucketStart, evenBucketCount } from './bucket';
import type { FixedBucket } from './bucket';

/** A bucket of the range, and whether events were being received in it. */
export interface KnownBucket {
  time: string;
  known: boolean;
}

export interface SeriesRows {
  rows: readonly Row[];
  /** Name of the counting column. */
  measure: string;
  /** Rows at most. */
  limit: number;
  /** Whether the rows end before the range does. */
  truncated: boolean;
}

/**
 * Gives every series a row for every bucket: 0 where events were being received and none was counted,
 * null where no event of any kind is known, so that a broken collector does not look like silence.
 * A bucket is known when an event was received on one of its UTC days. Nothing is added where rows
 * were cut off: what is not shown is not 0.
 */
export function fillSeries(
  { rows, measure, limit, truncated }: SeriesRows,
  buckets: readonly KnownBucket[],
): Row[] {
  const byTime = new Map<string, Map<string | null, Row>>();
  const labels = new Set<string | null>();
  for (const row of rows) {
    const label = row.by === null || row.by === undefined ? null : String(row.by);
    labels.add(label);
    const time = String(row.time);
    const group = byTime.get(time) ?? new Map<string | null, Row>();
    group.set(label, row);
    byTime.set(time, group);
  }
  if (labels.size === 0) labels.add(null);
  const cutAt = truncated ? String(rows.at(-1)?.time) : null;
  const filled: Row[] = [];
  for (const { time, known } of buckets) {
    if (filled.length > limit || (cutAt !== null && time > cutAt)) break;
    for (const label of labels) {
      const row = byTime.get(time)?.get(label);
      if (row) filled.push(row);
      else if (time !== cutAt) filled.push({ time, by: label, [measure]: known ? 0 : null });
    }
  }
  return filled;
}

export interface SeriesFrame {
  /** Without filters on what is looked for: whether events were received does not depend on it. */
  relations: Pick<Relations, 'knownDays'>;
  range: EventRange;
  bucket: FixedBucket;
  zone: string;
}

/**
 * The buckets of a range, in the order of time. Where rows fill all of them, each had an event and nothing is
 * asked, which spares most series half of their processor time; where they leave some out, it is asked after them.
 * Where it takes the engine to tell how many there are, it is asked beside them, as it takes as long.
 */
export async function bucketsFor(
  store: Store,
  frame: SeriesFrame,
  answer: Promise<{ rows: readonly Row[] }>,
  asker: Asker,
): Promise<KnownBucket[]> {
  const count = evenBucketCount(frame.range, frame.bucket, frame.zone);
  if (count !== null) {
    const times = new Set((await answer).rows.map(({ time }) => String(time)));
    if (times.size === count) return [...times].sort().map((time) => ({ time, known: true }));
  }
  return knownBuckets(store, frame, asker);
}

async function knownBuckets(
  store: Store,
  { relations, range, bucket, zone }: SeriesFrame,
  asker: Asker,
): Promise<KnownBucket[]> {
  // A step that no bucket is shorter than and that every zone's midnight falls on.
  const step = bucket === 'hour' || zone !== 'UTC' ? 900 : 86_400;
  const first = Math.floor(range.from / 1000 / step) * step;
  const steps = Math.ceil(range.to / 1000 / step) - first / step;
  const tick = sql`toDateTime64(${bind.integer(first)} + number * ${bind.integer(step)}, 3, 'UTC')`;
  // The first step may begin before the range; its bucket is that of the range's own beginning.
  const time = sql`greatest(${tick}, ${bind.instant(range.from)})`;
  const result = await store.rows(
    sql`SELECT ${bucketStart(bucket, zone, sql`tick`)} AS time, max(toStartOfDay(tick, 'UTC') IN ${relations.knownDays()}) AS known
      FROM (SELECT ${time} AS tick FROM numbers(toUInt64(${bind.integer(steps)})))
      GROUP BY time ORDER BY time`,
    asker,
  );
  return result.map((row) => ({ time: String(row.time), known: Number(row.known) === 1 }));
}
