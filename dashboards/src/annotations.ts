import {
  AnnotationEventFieldSource,
  AnnotationQueryBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard';

import { dataSource, insight } from './query';

const field = (value: string) => ({
  build: () => ({ source: AnnotationEventFieldSource.Field, value }),
});

/** Marks on time series: every rotation, and every attempt that failed. */
export const rotationAnnotations = () =>
  [
    { name: 'Rotations', outcome: 'rotated', iconColor: 'green' },
    { name: 'Failed rotations', outcome: 'failed', iconColor: 'red' },
  ].map(({ name, outcome, iconColor }) =>
    new AnnotationQueryBuilder()
      .name(name)
      .datasource(dataSource)
      .enable(true)
      .iconColor(iconColor)
      .target(insight('rotation-runs', { params: { outcome }, variables: ['project'] }))
      .mappings({
        time: field('Time'),
        title: field('Outcome'),
        text: field('Rotation'),
        tags: field('Project'),
      }),
  );
