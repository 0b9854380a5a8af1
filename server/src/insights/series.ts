import type { EventFieldKey } from '../store/relations/event-fields';
import type { Relations } from '../store/relations/relations';
import { bind, identifier, sql } from '../store/sql';
import type { Sql } from '../store/sql';
import { label } from './columns';
import type { Column } from './columns';
import { integer } from './params';

export const topParam = integer(
  'Series',
  "The largest this many series; the rest is added up as 'other'",
  { min: 1, max: 100, preset: 10 },
);

/** The column that names a series; `counted` is what is split, in the plural. */
export const seriesColumn = (counted: string, field: string | undefined): Column =>
  label(
    'Series',
    `Value of the field the ${counted} are split by, or 'other' ('all other' where a value is named that); empty without a split`,
    { isKey: true, isProject: field === 'project' },
  );

export interface SeriesQuestion {
  /** The relation that counts `requests`, asked for the named fields. */
  relation: Relations['events'];
  bucket: Sql;
  /** What to split by; one series of all without it. */
  field: EventFieldKey | undefined;
  /** How many series stay; the rest is added up. */
  top: number;
  /** Name of the counting column. */
  measure: string;
}

/** `time`, `by` and the measure: a count per bucket, split into the largest series and a remainder. */
export function seriesQuery({ relation, bucket, field, top, measure }: SeriesQuestion): Sql {
  const counted = identifier(measure);
  if (field === undefined) {
    return sql`SELECT ${bucket} AS time, CAST(NULL, 'Nullable(String)') AS by, sum(requests) AS ${counted}
      FROM ${relation('time', 'requests')} GROUP BY time ORDER BY time`;
  }
  return sql`
    SELECT time, if(is_top, series, remainder) AS by, sum(bucket_count) AS ${counted}
    FROM (
      SELECT time, series, bucket_count, is_top,
        if(max(is_top AND series = 'other') OVER (), 'all other', 'other') AS remainder
      FROM (
        SELECT time, series, bucket_count, dense_rank() OVER (ORDER BY total DESC, series) <= ${bind.integer(top)} AS is_top
        FROM (
          SELECT ${bucket} AS time, toString(${identifier(field)}) AS series, sum(requests) AS bucket_count,
            sum(bucket_count) OVER (PARTITION BY series) AS total
          FROM ${relation('time', 'requests', field)} GROUP BY time, series
        )
      )
    )
    GROUP BY time, by ORDER BY time, by`;
}
