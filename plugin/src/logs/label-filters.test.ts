import type { SecretInsightsQuery } from '../types';
import { hasFilter, toggleFilter } from './label-filters';

const queryWith = (filters: SecretInsightsQuery['filters']): SecretInsightsQuery => ({
  refId: 'A',
  insight: 'events',
  filters,
});
const press = (
  query: SecretInsightsQuery,
  type: 'FILTER_FOR' | 'FILTER_OUT',
  key: string,
  value: string,
) => toggleFilter(query, { type, options: { key, value } });

test('a value is filtered for, and no more when pressed again', () => {
  const on = press(queryWith(undefined), 'FILTER_FOR', 'event', 'get-secret');
  expect(on.filters).toEqual([{ field: 'event', op: 'in', values: ['get-secret'] }]);
  expect(hasFilter(on, { key: 'event', value: 'get-secret' })).toBe(true);
  expect(hasFilter(on, { key: 'event', value: 'other' })).toBe(false);
  expect(press(on, 'FILTER_FOR', 'event', 'get-secret').filters).toEqual([]);
});

test('the opposite of a filter replaces it, and a second value joins the first', () => {
  const out = press(queryWith([]), 'FILTER_OUT', 'ip', '10.0.0.1');
  expect(press(out, 'FILTER_OUT', 'ip', '10.0.0.2').filters).toEqual([
    { field: 'ip', op: 'not-in', values: ['10.0.0.1', '10.0.0.2'] },
  ]);
  expect(press(out, 'FILTER_FOR', 'ip', '10.0.0.1').filters).toEqual([
    { field: 'ip', op: 'in', values: ['10.0.0.1'] },
  ]);
});

test('other filters stay, also on the same field', () => {
  const others = [
    { field: 'secret_path', op: 'glob' as const, values: ['/app/**'] },
    { field: 'project', op: 'in' as const, values: ['p-1', 'p-2'] },
  ];
  const { filters } = press(queryWith(others), 'FILTER_FOR', 'secret_path', '/app/a');
  expect(filters).toEqual([...others, { field: 'secret_path', op: 'in', values: ['/app/a'] }]);
  expect(press(queryWith(others), 'FILTER_FOR', 'project', 'p-1').filters?.[1]?.values).toEqual([
    'p-2',
  ]);
});

test('an actor is filtered by id too, under the one filter there is', () => {
  expect(press(queryWith([]), 'FILTER_FOR', 'actor_id', 'u-1').filters).toEqual([
    { field: 'actor', op: 'in', values: ['u-1'] },
  ]);
});
