import type {
  Catalogue,
  Filter,
  FilterDescription,
  FrameFormat,
  InsightDescription,
  Shape,
} from '../../server/src/contract';
import type { SecretInsightsQuery } from './types';

/** Stands for every field below `metadata.`: those cannot be listed, only typed. */
const anyMetadata = 'metadata.<key>';

export function findInsight(catalogue: Catalogue, id: string): InsightDescription | undefined {
  return catalogue.insights.find((insight) => insight.id === id);
}

export function findFilter(
  filters: FilterDescription[],
  field: string,
): FilterDescription | undefined {
  const wanted = field.startsWith('metadata.') ? [field, anyMetadata] : [field];
  return filters.find((filter) => wanted.includes(filter.field));
}

export function listableFilters(filters: FilterDescription[]): FilterDescription[] {
  return filters.filter(({ field }) => field !== anyMetadata);
}

/** Each field once, as the first insight that has it describes it. */
export function allFilters(catalogue: Catalogue): FilterDescription[] {
  const byField = new Map<string, FilterDescription>();
  for (const filter of catalogue.insights.flatMap((insight) => insight.filters)) {
    if (!byField.has(filter.field)) {
      byField.set(filter.field, filter);
    }
  }
  return [...byField.values()];
}

/** The formats that the server lays out for each shape; it refuses the others. */
const formatsOf: Readonly<Record<Shape, readonly FrameFormat[]>> = {
  series: ['series', 'table'],
  table: ['table', 'numeric'],
  numbers: ['table', 'numeric'],
  logs: ['logs', 'table'],
};

/** Keeps only what the new insight has, so that nothing unseen in the form stays in the query. */
export function switchInsight(
  query: SecretInsightsQuery,
  insight: InsightDescription,
): SecretInsightsQuery {
  const params = Object.entries(query.params ?? {}).filter(([key]) =>
    insight.params.some((param) => param.key === key),
  );
  const { format, ...rest } = query;
  return {
    ...rest,
    ...(format && formatsOf[insight.shape].includes(format) && { format }),
    insight: insight.id,
    version: insight.version,
    params: Object.fromEntries(params),
    filters: (query.filters ?? []).filter(({ field }) => findFilter(insight.filters, field)),
  };
}

/** The query in words, for collapsed rows and the query history. */
export function describeQuery(query: SecretInsightsQuery, catalogue?: Catalogue): string {
  const title = catalogue && findInsight(catalogue, query.insight)?.title;
  const params = Object.entries(query.params ?? {}).map(
    ([key, value]) => `${key} ${String(value)}`,
  );
  return [title ?? query.insight, ...params, ...(query.filters ?? []).map(describeFilter)].join(
    ', ',
  );
}

function describeFilter({ field, op, values }: Filter): string {
  return values.length === 0 ? `any ${field}` : `${field} ${op} (${values.join(', ')})`;
}
