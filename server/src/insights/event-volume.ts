import { identifier, sql, bind } from '../store/sql';
import { auditDimensions, auditFilters } from './audit-filters';
import { bucketSizes } from './bucket';
import { count, label, time } from './columns';
import { defineInsight } from './define';
import { choice, dimensions, integer } from './params';
import { utcDays } from './windows';

export const eventVolume = defineInsight({
  id: 'event-volume',
  version: 1,
  title: 'Audit event volume',
  about:
    'Events of every kind per bucket. A denial that stands for several counts as many as it stands for.',
  shape: 'series',
  needs: 'audit',
  defaultWindow: utcDays(7),
  params: {
    bucket: choice('Bucket', 'Length of a bucket; auto fits it to the range', bucketSizes, 'auto'),
    by: dimensions('Split by', 'One series for each value of this field', auditDimensions, {
      most: 1,
    }),
    top: integer('Series', "The largest this many series; the rest is added up as 'other'", {
      min: 1,
      max: 100,
      preset: 10,
    }),
  },
  filters: auditFilters,
  columns: ({ by }) => ({
    time: time('Time', 'Start of the bucket'),
    by: label(
      'Series',
      "Value of the field the events are split by, or 'other'; empty without a split",
      { isKey: true, isProject: by[0] === 'project' },
    ),
    events: count('Events', 'Events, collapsed denials included'),
  }),
  fill: 'events',
  query: ({ auditEvents, bucket, param: { by, top } }) => {
    const [field] = by;
    if (field === undefined) {
      return sql`SELECT ${bucket} AS time, CAST(NULL, 'Nullable(String)') AS by, sum(requests) AS events
        FROM ${auditEvents('time', 'requests')} GROUP BY time ORDER BY time`;
    }
    return sql`
      SELECT time, if(place <= ${bind.integer(top)}, series, 'other') AS by, sum(bucket_events) AS events
      FROM (
        SELECT time, series, bucket_events, dense_rank() OVER (ORDER BY total DESC, series) AS place
        FROM (
          SELECT ${bucket} AS time, toString(${identifier(field)}) AS series, sum(requests) AS bucket_events,
            sum(bucket_events) OVER (PARTITION BY series) AS total
          FROM ${auditEvents('time', 'requests', field)} GROUP BY time, series
        )
      )
      GROUP BY time, by ORDER BY time, by`;
  },
});
