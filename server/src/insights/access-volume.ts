import { eventDimensions, eventFilters, readsParam } from './access-filters';
import { bucketSizes } from './bucket';
import { count, time } from './columns';
import { defineInsight } from './define';
import { choice, dimensions } from './params';
import { seriesColumn, seriesQuery, topParam } from './series';
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
    top: topParam,
    reads: readsParam,
  },
  filters: eventFilters,
  columns: ({ by }) => ({
    time: time('Time', 'Start of the bucket'),
    by: seriesColumn('reads', by[0]),
    reads: count('Reads', 'Read requests'),
  }),
  fill: 'reads',
  query: ({ reads, bucket, param: { by, top } }) =>
    seriesQuery({ relation: reads, bucket, field: by[0], top, measure: 'reads' }),
});
