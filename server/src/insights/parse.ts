import { z } from 'zod';
import { filterOperators } from '../contract';
import type { Filter, FilterOperator, InsightQuery } from '../contract';
import { badParameter } from '../failure';
import { checkCidr } from '../store/relations/filter';
import type { EventField } from '../store/relations/event-fields';
import { metadataFilter } from './access-filters';
import { isZone } from './bucket';
import type { Insight } from './define';

const textOrNumber = z.union([z.string(), z.number(), z.boolean()]).transform(String);

/** The query as a dashboard saves it; unknown members (Grafana adds its own) are left aside. */
export const insightQuerySchema = z.object({
  insight: z.string().min(1),
  version: z.number().int().positive().optional(),
  params: z.record(z.string(), z.unknown()).optional(),
  filters: z
    .array(
      z.object({
        field: z.string().min(1),
        op: z.enum(filterOperators).default('in'),
        values: z.array(textOrNumber).default([]),
      }),
    )
    .optional(),
  format: z.enum(['series', 'table', 'numeric', 'logs']).optional(),
  zone: z.string().optional(),
});

/** Parameters with their types and defaults. @throws Failure naming the parameter and what is allowed. */
export function parseParams(
  insight: Insight,
  given: Record<string, unknown> = {},
): Record<string, unknown> {
  const names = Object.keys(insight.params);
  for (const name of Object.keys(given)) {
    if (!names.includes(name)) {
      const known = names.length > 0 ? `It has: ${names.join(', ')}.` : 'It has none.';
      throw badParameter(name, `${insight.id} has no parameter '${name}'. ${known}`);
    }
  }
  return Object.fromEntries(
    Object.entries(insight.params).map(([name, param]) => {
      const parsed = param.schema.safeParse(withoutEmpty(given[name]));
      if (!parsed.success) {
        throw badParameter(
          name,
          `${name} must be ${param.allowed}, not ${JSON.stringify(given[name])}.`,
        );
      }
      return [name, parsed.data];
    }),
  );
}

/** A Grafana variable that is not ready yet arrives as empty text: it chose nothing. */
function withoutEmpty(value: unknown): unknown {
  if (value === null || value === '') return undefined;
  if (!Array.isArray(value)) return value;
  const chosen = value.filter((each) => each !== '' && each !== null);
  return chosen.length === 0 ? undefined : chosen;
}

/**
 * The filters that apply to an insight, and those of a dashboard that do not: a dashboard's filters
 * reach all its panels, and a panel that knows no such field says so instead of failing.
 */
export function splitFilters(
  insight: Insight,
  fields: Record<string, EventField>,
  given: InsightQuery['filters'] = [],
): { applying: NonNullable<InsightQuery['filters']>; foreign: string[] } {
  const isForeign = ({ field }: { field: string }): boolean =>
    (Object.hasOwn(fields, field) || field === 'text' || field.startsWith('metadata.')) &&
    !insight.filters.includes(field.startsWith('metadata.') ? metadataFilter : field);
  return {
    applying: given.filter((filter) => !isForeign(filter)),
    foreign: given
      .filter((filter) => isForeign(filter) && filter.values.some((value) => value !== ''))
      .map(({ field }) => field),
  };
}

/** @throws Failure naming the field and what is allowed. */
export function parseFilters(
  insight: Insight,
  fields: Record<string, EventField>,
  given: InsightQuery['filters'] = [],
): Filter[] {
  return given.map(({ field, op, values }) => {
    const allowed = allowedOperators(insight, fields, field);
    if (!allowed.includes(op)) {
      throw badParameter(field, `The filter on ${field} takes ${allowed.join(', ')}, not '${op}'.`);
    }
    const chosen = values.filter((value) => value !== '');
    if (op === 'cidr' || op === 'not-cidr') chosen.forEach((value) => checkCidr(field, value));
    return { field, op, values: field === 'actor_type' ? chosen.map(capitalised) : chosen };
  });
}

export const metadataOperators = ['in', 'not-in', 'prefix', 'contains', 'not-contains'] as const;
const textOperators = ['contains', 'not-contains'] as const;

function allowedOperators(
  insight: Insight,
  fields: Record<string, EventField>,
  field: string,
): readonly FilterOperator[] {
  const isMetadata = field.startsWith('metadata.') && field.length > 'metadata.'.length;
  const named = isMetadata ? metadataFilter : field;
  if (!insight.filters.includes(named)) {
    throw badParameter(
      field,
      `${insight.id} cannot be filtered by '${field}'. It can by: ${insight.filters.join(', ')}.`,
    );
  }
  if (isMetadata) return metadataOperators;
  return field === 'text' ? textOperators : (fields[field]?.ops ?? []);
}

/** `user` and `User` are one type; the store answers with the capital. */
const capitalised = (value: string): string => value.charAt(0).toUpperCase() + value.slice(1);

/** @throws Failure naming `zone`. */
export function parseZone(zone: string | undefined): string {
  const chosen = zone === undefined || zone === '' || zone === 'utc' ? 'UTC' : zone;
  if (!isZone(chosen)) {
    throw badParameter(
      'zone',
      `zone must be an IANA time zone such as Europe/Berlin, not '${chosen}'.`,
    );
  }
  return chosen;
}

/** What the engine's times can hold on every table, with room for a zone. */
const earliest = Date.UTC(1970, 0, 1);
const latest = Date.UTC(2200, 0, 1);

/** @throws Failure where the range ends before it begins, or leaves the years that can be kept. */
export function checkRange(range: { from: number; to: number }): { from: number; to: number } {
  const [from, to] = [Math.floor(range.from), Math.floor(range.to)];
  if (!(from < to)) throw badParameter('from', 'from must be before to.');
  if (from < earliest || to > latest) {
    throw badParameter('from', 'from and to must be between the years 1970 and 2200.');
  }
  return { from, to };
}
