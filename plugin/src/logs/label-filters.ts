import type { QueryFilterOptions, ToggleFilterAction } from '@grafana/data';
import type { Filter } from '../../../server/src/contract';
import type { SecretInsightsQuery } from '../types';

/** A log line has its actor's name and id; one filter takes both. */
export const filterFieldOf = (label: string): string => (label === 'actor_id' ? 'actor' : label);

const opposite = { in: 'not-in', 'not-in': 'in' } as const;
type Membership = keyof typeof opposite;

/**
 * The query with one value filtered for or out. A filter that is there already is taken off, and its
 * opposite is replaced, because that is what the buttons beside a label show.
 */
export function toggleFilter(
  query: SecretInsightsQuery,
  { type, options }: ToggleFilterAction,
): SecretInsightsQuery {
  const op: Membership = type === 'FILTER_FOR' ? 'in' : 'not-in';
  const { field, value } = conditionOf(options);
  const filters = query.filters ?? [];
  const isSet = holds(filters, field, op, value);
  const kept = without(without(filters, field, op, value), field, opposite[op], value);
  return { ...query, filters: isSet ? kept : including(kept, field, op, value) };
}

export function hasFilter(query: SecretInsightsQuery, options: QueryFilterOptions): boolean {
  const { field, value } = conditionOf(options);
  return holds(query.filters ?? [], field, 'in', value);
}

const conditionOf = ({ key = '', value = '' }: QueryFilterOptions) => ({
  field: filterFieldOf(key),
  value,
});

const isOn = (filter: Filter, field: string, op: Membership) =>
  filter.field === field && filter.op === op;

const holds = (filters: Filter[], field: string, op: Membership, value: string) =>
  filters.some((filter) => isOn(filter, field, op) && filter.values.includes(value));

/** A filter that loses its last value goes: without values it would mean All. */
const without = (filters: Filter[], field: string, op: Membership, value: string): Filter[] =>
  filters.flatMap((filter) => {
    if (!isOn(filter, field, op) || !filter.values.includes(value)) {
      return [filter];
    }
    const values = filter.values.filter((each) => each !== value);
    return values.length === 0 ? [] : [{ ...filter, values }];
  });

function including(filters: Filter[], field: string, op: Membership, value: string): Filter[] {
  const index = filters.findIndex((filter) => isOn(filter, field, op));
  const found = filters[index];
  return found === undefined
    ? [...filters, { field, op, values: [value] }]
    : filters.with(index, { ...found, values: [...found.values, value] });
}
