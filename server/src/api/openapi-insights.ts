import type { FilterDescription, InsightDescription } from '../contract';
import { metadataFilter } from '../insights/access-filters';
import { rangeParameters } from './insights';
import { reservedNames } from './rest-query';

type Parameter = Record<string, unknown>;

/** Filters are the same in many insights, so they are described once and referred to. */
export function parameterComponents(
  insights: readonly InsightDescription[],
): Record<string, Parameter> {
  const filters = insights.flatMap((insight) => namedFilters(insight));
  return Object.fromEntries(
    filters.flatMap((filter) =>
      filter.ops.map((op) => [componentName(filter, op), filterParameter(filter, op)]),
    ),
  );
}

export function insightParameters(insight: InsightDescription): Parameter[] {
  const { params } = insight;
  const own = params.map(({ key, description, schema }) => ({
    name: key,
    in: 'query',
    description,
    schema,
    ...(schema.type === 'array' && { style: 'form', explode: true }),
  }));
  const taken = new Set(params.map(({ key }) => key));
  const general = rangeParameters.map((parameter) => ({ ...parameter }));
  const others = reservedNames
    .filter((name) => Object.hasOwn(otherGeneral, name) && !taken.has(name))
    .map((name) => ({ name, in: 'query', ...otherGeneral[name] }));
  const references = namedFilters(insight).flatMap((filter) =>
    filter.ops.map((op) => ({ $ref: `#/components/parameters/${componentName(filter, op)}` })),
  );
  return [...own, ...general, ...others, ...references];
}

/** OpenAPI has no parameter with a name of the caller's choice; the description says it instead. */
const namedFilters = ({ filters }: InsightDescription): FilterDescription[] =>
  filters.filter(({ field }) => field !== metadataFilter);

/** What to say of filters that have no fixed name; empty where there are none. */
export function metadataNote({ filters }: InsightDescription): string {
  const filter = filters.find(({ field }) => field === metadataFilter);
  return filter
    ? `Takes \`${filter.field}=value\` too, with any of ${filter.ops.join(', ')}. ${filter.description}.`
    : '';
}

const otherGeneral: Readonly<Record<string, Parameter>> = {
  zone: {
    description: 'IANA time zone in which days begin',
    schema: { type: 'string', default: 'UTC' },
  },
  limit: { description: 'Rows at most', schema: { type: 'integer', minimum: 1 } },
  format: {
    description: 'When not given, Accept decides',
    schema: { type: 'string', enum: ['json', 'csv'] },
  },
};

const componentName = ({ field }: FilterDescription, op: string): string => `filter.${field}.${op}`;

function filterParameter({ field, description }: FilterDescription, op: string): Parameter {
  return {
    name: op === 'in' ? field : `${field}.${op}`,
    in: 'query',
    description: `${description}. Several values are alternatives; none is all.`,
    schema: { type: 'array', items: { type: 'string' } },
    style: 'form',
    explode: true,
  };
}
