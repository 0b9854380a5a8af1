import { auditDimensions, auditFilters } from './audit-filters';
import { bucketSizes } from './bucket';
import { count, time } from './columns';
import { defineInsight } from './define';
import { choice, dimensions } from './params';
import { seriesColumn, seriesQuery, topParam } from './series';
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
    top: topParam,
  },
  filters: auditFilters,
  columns: ({ by }) => ({
    time: time('Time', 'Start of the bucket'),
    by: seriesColumn('events', by[0]),
    events: count('Events', 'Events, collapsed denials included'),
  }),
  fill: 'events',
  query: ({ auditEvents, bucket, param: { by, top } }) =>
    seriesQuery({ relation: auditEvents, bucket, field: by[0], top, measure: 'events' }),
});
