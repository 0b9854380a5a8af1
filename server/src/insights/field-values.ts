import type { FieldValues, Filter } from '../contract';
import { Failure, badParameter } from '../failure';
import { relationsFor } from '../store/relations/relations';
import type { EventFieldKey } from '../store/relations/event-fields';
import { orgId } from '../store/org-id';
import { bind, identifier, sql } from '../store/sql';
import { metadataFilter } from './access-filters';
import type { Insights } from './insights';
import { liveRange } from './live-range';
import { checkRange, parseFilters, requireFilterRights } from './parse';
import type { Caller } from './run';

export interface FieldValuesRequest {
  field: string;
  /** Text that the value or its label contains, upper and lower case alike. */
  search?: string;
  limit: number;
  /** Where to look for values; the last 30 days unless said otherwise. */
  range?: { from: number; to: number };
  filters: Filter[];
  signal?: AbortSignal;
}

/** More values than anyone picks from a list; a search narrows them before this limit. */
const mostValues = 10_000;
/** Fields whose values are ids of actors; people know them by name. */
const namesActors: ReadonlySet<EventFieldKey> = new Set(['actor', 'user', 'identity', 'service']);
const lookBack = 30 * 86_400_000;

/** Values of a field, the most frequent first: for variables, filters and completion. */
export async function fieldValues(
  insights: Insights,
  request: FieldValuesRequest,
  caller: Caller,
): Promise<FieldValues> {
  const field = Object.values(insights.events.fields).find(({ key }) => key === request.field);
  if (!field?.completes) {
    const offered = Object.values(insights.events.fields)
      .filter((each) => each.completes)
      .map((each) => each.key);
    throw badParameter(
      'field',
      `There are no values to list for '${request.field}'. There are for: ${offered.join(', ')}.`,
    );
  }
  if (!caller.capabilities.has('insights')) {
    throw new Failure(
      'not-allowed',
      "Listing values needs the right 'insights', which this caller does not have.",
    );
  }
  const now = insights.now();
  const range = liveRange(
    checkRange(request.range ?? { from: now - lookBack, to: now }, { id: field.key }),
    now,
  );
  const { fields } = insights.events;
  const filters = parseFilters(
    { id: `The list of ${field.key}`, filters: [...Object.keys(fields), 'text', metadataFilter] },
    fields,
    request.filters,
  );
  requireFilterRights(filters, fields, caller.capabilities);
  const { events, usageSnapshots } = relationsFor(
    insights.store,
    insights.vendor,
    insights.events,
    {
      range,
      wholeDays: range,
      scope: caller.projects,
      filters: insights.projects.resolveFilters(filters),
      grain: 'day',
      readDefinition: 'insights',
      excludedIdentities: [],
      asOf: { instant: now, isNow: true },
      goneEnvironments: [],
    },
  );
  const key = identifier(field.key);
  // An actor is found by name and kept by id, so that a renamed machine stays chosen.
  const name = namesActors.has(field.key) ? sql`actor_name` : sql`toString(${key})`;
  const columns: EventFieldKey[] = namesActors.has(field.key)
    ? [field.key, 'actor_name']
    : [field.key];
  // Projects and accounts are searched by a name that events do not have.
  const inEngine =
    field.key === 'project' || field.key === 'org' || !request.search
      ? sql`1`
      : sql`positionCaseInsensitiveUTF8(concat(value, '\n', label), ${bind.text(request.search)}) > 0`;
  const asker = { surface: 'fields', ...(request.signal && { signal: request.signal }) } as const;
  const accounts = new Map(
    field.key !== 'org'
      ? []
      : (await insights.store.rows(sql`SELECT account FROM ${usageSnapshots()}`, asker)).map(
          ({ account }) => [orgId(String(account)), String(account)] as const,
        ),
  );
  const rows = await insights.store.rows(
    sql`SELECT toString(${key}) AS value, any(${name}) AS label, sum(requests) AS requests
        FROM ${events(...columns, 'requests')}
        GROUP BY value HAVING value != '' AND ${inEngine} ORDER BY requests DESC, value LIMIT ${bind.integer(mostValues)}`,
    asker,
  );
  const values = rows.map((row) => {
    const value = String(row.value);
    return {
      value,
      label:
        field.key === 'project'
          ? insights.projects.nameOf(value)
          : (accounts.get(value) ?? String(row.label)),
    };
  });
  const found = values.filter(({ value, label }) => matches(`${value}\n${label}`, request.search));
  return {
    field: field.key,
    values: found.slice(0, request.limit),
    truncated: found.length > request.limit,
  };
}

const matches = (text: string, search = ''): boolean =>
  text.toLowerCase().includes(search.toLowerCase());
