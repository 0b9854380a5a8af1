import { identifier, sql, bind } from '../store/sql';
import { eventDimensions, eventFilters, readsParam } from './access-filters';
import { bucketSizes } from './bucket';
import { count, label, time } from './columns';
import { defineInsight } from './define';
import { choice, dimensions, integer } from './params';
import { utcDays } from './windows';

export const accessVolume = defineInsight({
  id: 'access-volume',
  version: 1,
  title: 'Secret access volume',
  about: 'Read requests per bucket. One event is one read, however many secrets it returned.',
  shape: 'series',
  defaultWindow: utcDays(7),
  params: {
    bucket: choice('Bucket', 'Length of a bucket; auto fits it to the range', bucketSizes, 'day'),
    by: dimensions('Split by', 'One series for each value of this field', eventDimensions, {
      most: 1,
    }),
    top: integer('Series', "The largest this many series; the rest is added up as 'other'", {
      min: 1,
      max: 100,
      preset: 10,
    }),
    reads: readsParam,
  },
  filters: eventFilters,
  columns: ({ by }) => ({
    time: time('Time', 'Start of the bucket'),
    by: label(
      'Series',
      "Value of the field the reads are split by, or 'other' ('all other' where a value is named that); empty without a split",
      {
        isKey: true,
        isProject: by[0] === 'project',
      },
    ),
    reads: count('Reads', 'Read requests'),
  }),
  fill: 'reads',
  query: ({ reads, bucket, param: { by, top } }) => {
    const [field] = by;
    if (field === undefined) {
      return sql`SELECT ${bucket} AS time, CAST(NULL, 'Nullable(String)') AS by, sum(requests) AS reads
        FROM ${reads('time', 'requests')} GROUP BY time ORDER BY time`;
    }
    return sql`
      SELECT time, if(is_top, series, remainder) AS by, sum(bucket_reads) AS reads
      FROM (
        SELECT time, series, bucket_reads, is_top,
          if(max(is_top AND series = 'other') OVER (), 'all other', 'other') AS remainder
        FROM (
          SELECT time, series, bucket_reads, dense_rank() OVER (ORDER BY total DESC, series) <= ${bind.integer(top)} AS is_top
          FROM (
            SELECT ${bucket} AS time, toString(${identifier(field)}) AS series, sum(requests) AS bucket_reads,
              sum(bucket_reads) OVER (PARTITION BY series) AS total
            FROM ${reads('time', 'requests', field)} GROUP BY time, series
          )
        )
      )
      GROUP BY time, by ORDER BY time, by`;
  },
});
