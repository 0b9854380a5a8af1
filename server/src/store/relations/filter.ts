import { isIP } from 'node:net';
import type { Filter, FilterOperator } from '../../contract';
import { badParameter } from '../../failure';
import { bind, join, sql } from '../sql';
import type { Sql } from '../sql';

/** A condition on one expression, from a filter that was checked to fit it. */
export function condition(expression: Sql, filter: Filter): Sql {
  const conditions: Record<FilterOperator, () => Sql> = {
    in: () => isAmong(expression, filter.values),
    'not-in': () => sql`${expression} NOT IN ${bind.texts(filter.values)}`,
    prefix: () =>
      any(filter.values, (value) => sql`startsWith(${expression}, ${bind.text(value)})`),
    contains: () =>
      any(filter.values, (value) => sql`position(${expression}, ${bind.text(value)}) > 0`),
    'not-contains': () =>
      sql`NOT ${any(filter.values, (value) => sql`position(${expression}, ${bind.text(value)}) > 0`)}`,
    glob: () =>
      any(filter.values, (value) => sql`match(${expression}, ${bind.text(globToRegex(value))})`),
    cidr: () => any(filter.values, (value) => inRange(expression, filter.field, value)),
    'not-cidr': () =>
      sql`NOT ${any(filter.values, (value) => inRange(expression, filter.field, value))}`,
  };
  return conditions[filter.op]();
}

/** One value is compared in less time than looked up. */
function isAmong(expression: Sql, values: readonly string[]): Sql {
  const [only = ''] = values;
  return values.length === 1
    ? sql`${expression} = ${bind.text(only)}`
    : sql`${expression} IN ${bind.texts(values)}`;
}

const any = (values: readonly string[], one: (value: string) => Sql): Sql =>
  sql`(${join(values.map(one), 'or')})`;

/** An address that is not one (empty, a host name) is in no range. */
function inRange(expression: Sql, field: string, range: string): Sql {
  checkCidr(field, range);
  return sql`ifNull(isIPAddressInRange(if(isIPv4String(${expression}) OR isIPv6String(${expression}), ${expression}, NULL), ${bind.text(range)}), 0)`;
}

/** @throws Failure `bad-parameters` naming the field. */
export function checkCidr(field: string, range: string): void {
  const [address = '', prefix = '', ...rest] = range.split('/');
  // A zone id (fe80::1%eth0) names an interface of one machine, which no event does.
  const family = address.includes('%') ? 0 : isIP(address);
  const longest = family === 4 ? 32 : 128;
  const isRange =
    family !== 0 && rest.length === 0 && /^\d{1,3}$/.test(prefix) && Number(prefix) <= longest;
  if (!isRange) {
    throw badParameter(
      field,
      `The filter on ${field} needs a range such as 10.0.0.0/8 or 2001:db8::/32, not '${range}'.`,
    );
  }
}

/** `*` is any text inside a path segment, `**` any text, `?` one character; everything else is itself. */
export function globToRegex(glob: string): string {
  const pieces = glob.match(/\*\*|[\s\S]/gu) ?? [];
  const body = pieces.map((piece) => {
    if (piece === '**') return '.*';
    if (piece === '*') return '[^/]*';
    if (piece === '?') return '[^/]';
    return piece.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  });
  return `(?s)^${body.join('')}$`;
}
