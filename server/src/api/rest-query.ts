import { filterOperators } from '../contract';
import type { Filter, FilterOperator, InsightQuery } from '../contract';
import { badParameter } from '../failure';
import { metadataFilter } from '../insights/access-filters';
import type { Insight } from '../insights/define';
import { parseRange } from './request-range';
import type { Range } from './request-range';

/** Names with a meaning of their own in every call that asks an insight. */
export const reservedNames = ['from', 'to', 'zone', 'limit', 'cursor', 'format'] as const;
type Reserved = (typeof reservedNames)[number];

export interface RestQuery {
  query: InsightQuery;
  range: Range | null;
  limit: number | undefined;
  format: 'json' | 'csv' | undefined;
}

/** Names with their values, in the order they were written. */
export function valuesByName(search: URLSearchParams): Map<string, string[]> {
  const values = new Map<string, string[]>();
  for (const [name, value] of search) {
    const sameName = values.get(name);
    if (sameName) sameName.push(value);
    else values.set(name, [value]);
  }
  return values;
}

export const searchOf = (address: string): URLSearchParams =>
  new URL(address, 'http://localhost').searchParams;

/** @throws Failure where a name that stands for one value is given several. */
export function single(name: string, values: readonly string[] | undefined): string | undefined {
  if (values === undefined || values.every((value) => value === '')) return undefined;
  if (values.length > 1) throw badParameter(name, `${name} takes one value, not ${values.length}.`);
  return values[0];
}

/** @throws Failure naming the field and what is allowed. */
export function wholeNumber(
  name: string,
  value: string | undefined,
  max: number,
): number | undefined {
  if (value === undefined) return undefined;
  const number = /^\d{1,15}$/.test(value) ? Number(value) : 0;
  if (number < 1 || number > max) {
    throw badParameter(name, `${name} must be a whole number from 1 to ${max}, not '${value}'.`);
  }
  return number;
}

/** `secret_path.glob` is the field and its operator; a name without one is `in`. */
export function filterOf(name: string, values: readonly string[]): Filter {
  const dot = name.lastIndexOf('.');
  const operator = name.slice(dot + 1);
  const field = name.slice(0, dot);
  // `metadata.prefix` is the key `prefix`, not an operator on nothing.
  const hasOperator = dot > 0 && field !== 'metadata' && isOperator(operator);
  const chosen = values.filter((value) => value !== '');
  return hasOperator
    ? { field, op: operator, values: chosen }
    : { field: name, op: 'in', values: chosen };
}

const isOperator = (text: string): text is FilterOperator =>
  (filterOperators as readonly string[]).includes(text);
const isReserved = (name: string): name is Reserved =>
  (reservedNames as readonly string[]).includes(name);

/** What an address asks of an insight: its parameters by name, everything else as filters. */
export function parseRestQuery(
  insight: Insight,
  search: URLSearchParams,
  { now, rows }: { now: number; rows: number },
): RestQuery {
  const params: Record<string, unknown> = {};
  const filters: Filter[] = [];
  const reserved: Partial<Record<Reserved, string>> = {};
  for (const [name, values] of valuesByName(search)) {
    if (Object.hasOwn(insight.params, name)) {
      params[name] = values.length === 1 ? values[0] : values;
    } else if (isReserved(name)) {
      reserved[name] = single(name, values);
    } else {
      const filter = filterOf(name, values);
      if (!takesFilter(insight, filter.field)) throw unknownName(insight, name);
      filters.push(filter);
    }
  }
  if (reserved.cursor !== undefined) {
    throw badParameter(
      'cursor',
      `${insight.id} is answered whole, so it takes no cursor; limit and filters make it shorter.`,
    );
  }
  return {
    query: {
      insight: insight.id,
      params,
      filters,
      ...(reserved.zone !== undefined && { zone: reserved.zone }),
    },
    range: parseRange(reserved.from, reserved.to, now),
    limit: wholeNumber('limit', reserved.limit, rows),
    format: parseFormat(reserved.format),
  };
}

function takesFilter({ filters }: Insight, field: string): boolean {
  const isMetadata = field.startsWith('metadata.') && field.length > 'metadata.'.length;
  return filters.includes(isMetadata ? metadataFilter : field);
}

function unknownName({ id, params, filters }: Insight, name: string): Error {
  const offered = new Set([...Object.keys(params), ...reservedNames, ...filters]);
  return badParameter(name, `${id} takes no '${name}'. It takes: ${[...offered].join(', ')}.`);
}

function parseFormat(format: string | undefined): 'json' | 'csv' | undefined {
  if (format === undefined || format === 'json' || format === 'csv') return format;
  throw badParameter('format', `format must be json or csv, not '${format}'.`);
}
