import type { AnnotationSupport } from '@grafana/data';
import type { SecretInsightsQuery } from './types';

/**
 * Grafana takes the first time and the first text column of one frame. Series come as one frame a
 * line without text columns, so an annotation asks for the table unless the user chose otherwise.
 */
export const annotationSupport: AnnotationSupport<SecretInsightsQuery> = {
  getDefaultQuery: () => ({
    insight: 'rotation-failures',
    version: 1,
    params: {},
    filters: [],
    format: 'table',
  }),
  prepareQuery: ({ target }) => target && { ...target, format: target.format ?? 'table' },
};
