import type { AdHocVariableFilter } from '@grafana/data';
import type { Filter, FilterOperator } from '../../server/src/contract';
import { filterFieldOf } from './logs/label-filters';

/**
 * Only operators with an exact counterpart. Grafana's `=~` and `!~` are regular expressions and `<`
 * and `>` compare, which no filter of ours does: near enough would show wrong figures.
 */
const operators: Partial<Record<string, FilterOperator>> = {
  '=': 'in',
  '=|': 'in',
  '!=': 'not-in',
  '!=|': 'not-in',
};

export function fromAdHocFilters(filters: AdHocVariableFilter[]): Filter[] {
  return filters
    .map(({ key, operator, value, values }) => ({
      key,
      operator,
      values: (values ?? [value]).filter((item) => item !== ''),
    }))
    .filter(({ key, values }) => key !== '' && values.length > 0)
    .map(({ key, operator, values }) => {
      const op = operators[operator];
      if (op === undefined) {
        throw new Error(
          `The filter on ${key} uses ${operator}: only =, !=, =| and !=| are allowed there. ` +
            'Patterns (glob, prefix, contains) can be set as filters of the query.',
        );
      }
      return { field: filterFieldOf(key), op, values };
    });
}
