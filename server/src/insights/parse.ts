import { z } from 'zod';
import { filterOperators } from '../contract';
import type { Capability, Filter, FilterOperator, InsightQuery } from '../contract';
import { Failure, badParameter } from '../failure';
import { checkCidr } from '../store/relations/filter';
import type { EventField } from '../store/relations/event-fields';
import { earliest, latest } from '../time/instant';
import { metadataFilter } from './access-filters';
import type { Insight } from './define';

const day = 86_400_000;

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

/**
 * A dashboard saved with a newer server would be answered with a meaning that it does not expect.
 * @throws Failure naming `version`.
 */
export function checkVersion(
  { id, version }: Pick<Insight, 'id' | 'version'>,
  asked: number | undefined,
): void {
  if (asked === undefined || asked <= version) return;
  throw badParameter(
    'version',
    `${id} is at version ${version} on this server, and version ${asked} was asked for: update the server, or ask for version ${version} in the dashboard.`,
  );
}

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

/** What takes filters: an insight, or the list of a field's values. */
export type Filterable = Pick<Insight, 'id' | 'filters'>;

const mostFilters = 50;
const longestValue = 10_000;
const mostPathParts = 10;
/** Values that are looked up together; each of the other kinds is tried on every event. */
const mostListed = 1_000;
const mostPatterns = 100;

/** @throws Failure naming the field and what is allowed. */
export function parseFilters(
  filterable: Filterable,
  fields: Record<string, EventField>,
  given: InsightQuery['filters'] = [],
): Filter[] {
  if (given.length > mostFilters) {
    throw badParameter(
      'filters',
      `filters may be at most ${mostFilters}, not ${inWords(given.length)}.`,
    );
  }
  return given.map(({ field, op, values }) => {
    const allowed = allowedOperators(filterable, fields, field);
    if (!allowed.includes(op)) {
      throw badParameter(field, `The filter on ${field} takes ${allowed.join(', ')}, not '${op}'.`);
    }
    const chosen = values.filter((value) => value !== '');
    checkSizes(field, op, chosen);
    if (op === 'cidr' || op === 'not-cidr') chosen.forEach((value) => checkCidr(field, value));
    return { field, op, values: field === 'actor_type' ? chosen.map(capitalised) : chosen };
  });
}

function checkSizes(field: string, op: FilterOperator, values: readonly string[]): void {
  const most = op === 'in' || op === 'not-in' ? mostListed : mostPatterns;
  if (values.length > most) {
    throw badParameter(
      field,
      `The filter on ${field} takes at most ${inWords(most)} values with ${op}, not ${inWords(values.length)}.`,
    );
  }
  const longest = Math.max(0, ...values.map((value) => value.length));
  if (longest > longestValue) {
    throw badParameter(
      field,
      `A value of the filter on ${field} may have at most ${inWords(longestValue)} characters, not ${inWords(longest)}.`,
    );
  }
}

const inWords = (number: number): string => number.toLocaleString('en-US');

/**
 * Metadata holds error texts and values that only `audit` shows, and a filter that finds them tells
 * what is in them, letter by letter. One without a value looks at nothing.
 * @throws Failure naming the filter and the right.
 */
export function requireFilterRights(
  filters: readonly Filter[],
  fields: Record<string, EventField>,
  capabilities: ReadonlySet<Capability>,
): void {
  if (capabilities.has('audit')) return;
  const hidden = filters.find(({ field, values }) => values.length > 0 && isHidden(field, fields));
  if (!hidden) return;
  throw new Failure(
    'not-allowed',
    `The filter on ${hidden.field} needs the right 'audit', which this caller does not have.`,
    { field: hidden.field },
  );
}

function isHidden(field: string, fields: Record<string, EventField>): boolean {
  if (field === 'text' || field.startsWith(metadataPrefix)) return true;
  const needs = Object.hasOwn(fields, field) ? (fields[field]?.needs ?? []) : [];
  return needs.includes('event_metadata') || needs.includes('actor_metadata');
}

const metadataPrefix = 'metadata.';
export const metadataOperators = ['in', 'not-in', 'prefix', 'contains', 'not-contains'] as const;
const textOperators = ['contains', 'not-contains'] as const;

function allowedOperators(
  { id, filters }: Filterable,
  fields: Record<string, EventField>,
  field: string,
): readonly FilterOperator[] {
  const isMetadata = field.startsWith(metadataPrefix) && field.length > metadataPrefix.length;
  const named = isMetadata ? metadataFilter : field;
  if (!filters.includes(named)) {
    throw badParameter(
      field,
      `${id} cannot be filtered by '${field}'. It can by: ${filters.join(', ')}.`,
    );
  }
  if (isMetadata) {
    checkMetadataPath(field);
    return metadataOperators;
  }
  return field === 'text' ? textOperators : (fields[field]?.ops ?? []);
}

/** @throws Failure where a dot has no name on one of its sides, or there are too many of them. */
function checkMetadataPath(field: string): void {
  const parts = field.split('.').slice(1);
  if (parts.includes('')) {
    throw badParameter(
      field,
      `${field} names no member of the metadata: write the keys with one dot between them, such as metadata.tags.owner.`,
    );
  }
  if (parts.length > mostPathParts) {
    throw badParameter(
      field,
      `The filter ${field} names ${inWords(parts.length)} keys, and a path in the metadata may have at most ${mostPathParts}.`,
    );
  }
}

/** `user` and `User` are one type; the store answers with the capital. */
const capitalised = (value: string): string => value.charAt(0).toUpperCase() + value.slice(1);

/**
 * A zone that the engine knows by that name.
 * @throws Failure naming `zone`, with the right spelling where only the case differs.
 */
export function knownZone(zone: string | undefined, zones: ReadonlySet<string>): string {
  const chosen = chosenZone(zone);
  if (zones.has(chosen)) return chosen;
  const lower = chosen.toLowerCase();
  const meant = [...zones].find((each) => each.toLowerCase() === lower);
  if (meant === undefined) throw notAZone(chosen);
  throw badParameter('zone', `zone must be written '${meant}', not '${chosen}'.`);
}

const chosenZone = (zone: string | undefined): string =>
  zone === undefined || zone === '' || zone === 'utc' ? 'UTC' : zone;

const notAZone = (zone: string): Failure =>
  badParameter('zone', `zone must be an IANA time zone such as Europe/Berlin, not '${zone}'.`);

/** @throws Failure where the range ends before it begins, leaves the years that can be kept, or is longer than the insight answers. */
export function checkRange(
  range: { from: number; to: number },
  { id, mostDays }: Pick<Insight, 'id' | 'mostDays'>,
): { from: number; to: number } {
  const [from, to] = [Math.floor(range.from), Math.floor(range.to)];
  if (!(from < to)) throw badParameter('from', 'from must be before to.');
  if (from < earliest || to > latest) {
    throw badParameter('from', 'from and to must be between the years 1970 and 2200.');
  }
  if (mostDays !== undefined && to - from > mostDays * day) {
    throw badParameter('from', `${id} answers for at most ${mostDays} days: choose a later from.`);
  }
  return { from, to };
}
