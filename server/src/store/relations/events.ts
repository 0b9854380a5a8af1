import type { Filter } from '../../contract';
import { badParameter } from '../../failure';
import type { EventTable, StoredColumn, Vendor } from '../../sources/vendor';
import { all, bind, concat, identifier, join, sql } from '../sql';
import type { Sql } from '../sql';
import { condition } from './filter';
import { eventFields } from './event-fields';
import type { EventField, EventFieldKey } from './event-fields';
import type { Interval, RollupPart } from './plan';

/** What an event row counts and when, beside its fields. */
export type Measure =
  'time' | 'events' | 'requests' | 'first_time' | 'last_time' | 'id' | 'received_at' | 'expires_at';

export interface EventRange {
  /** Epoch milliseconds, half-open. */
  from: number;
  to: number;
}

/** Who may see what: null is every project, also events that have none. */
export type ProjectScope = readonly string[] | null;

export interface EventQuestion {
  fields: readonly (EventFieldKey | Measure)[];
  range: EventRange;
  scope: ProjectScope;
  filters: readonly Filter[];
  /** Conditions of a relation's own, such as the list of read events. */
  only: readonly { condition: Sql; needs: readonly StoredColumn[] }[];
  /** How finely `time` has to be kept, where it is among the fields. */
  grain: 'day' | 'quarter-hour';
}

/** Chooses which closed time is answered from which rollup; the rest stays raw. */
export interface Planner {
  plan(
    question: EventQuestion,
    needs: ReadonlySet<StoredColumn>,
  ): { rollups: RollupPart[]; raw: Interval[] };
}

const measures = new Set<string>([
  'time',
  'events',
  'requests',
  'first_time',
  'last_time',
  'id',
  'received_at',
  'expires_at',
]);
/** What a rollup does not keep: the identity of a single event. */
const rawMeasures: ReadonlySet<string> = new Set(['id', 'received_at', 'expires_at']);

/**
 * The relation behind every access insight: events, each counted once whatever door and however often
 * it came, limited to a scope, filters and a range; closed time from rollups, open time raw, both in
 * the same columns.
 */
export class Events {
  readonly fields: Record<EventFieldKey, EventField>;
  readonly #tables: readonly EventTable[];
  readonly #planner: Planner;

  constructor(vendor: Vendor, planner: Planner) {
    this.fields = eventFields(vendor);
    this.#tables = vendor.tables;
    this.#planner = planner;
  }

  /** A subquery with exactly the asked columns. */
  relation(question: EventQuestion): Sql {
    const wanted = [...new Set(question.fields)];
    const conditions = [
      ...this.#scopeConditions(question.scope),
      ...question.filters.flatMap((filter) => this.#filterCondition(filter)),
      ...question.only,
    ];
    const needs = new Set<StoredColumn>([
      ...wanted.filter(isField).flatMap((key) => this.fields[key].needs),
      ...wanted.filter((key): key is StoredColumn & Measure => rawMeasures.has(key)),
      ...conditions.flatMap((each) => each.needs),
    ]);
    const where = all(conditions.map((each) => each.condition));
    const { rollups, raw } = this.#planner.plan(question, needs);
    const stored = concat([...needs].map((column) => sql`, ${identifier(column)}`));
    const parts = [
      ...rollups.map((part) => this.#rollupPart(part, stored, where)),
      ...(raw.length > 0 || rollups.length === 0 ? [this.#rawPart(raw, needs, where)] : []),
    ];
    const columns = wanted.map((key) =>
      isField(key)
        ? sql`${this.fields[key].expression} AS ${identifier(key)}`
        : sql`stored.${identifier(key)}`,
    );
    return sql`(SELECT ${join(columns, 'comma')} FROM (${join(parts, 'union all')}) AS stored)`;
  }

  /** Events of an interval straight from the tables, each once, in stored columns: what rollups are counted from. */
  stored(columns: readonly StoredColumn[], interval: Interval): Sql {
    return sql`(${this.#rawPart([interval], new Set(columns), sql`1`)})`;
  }

  #rollupPart(part: RollupPart, stored: Sql, where: Sql): Sql {
    return sql`SELECT time, events, requests, first_time, last_time${stored}
      FROM ${part.table} AS stored WHERE ${part.condition} AND ${where}`;
  }

  /**
   * Distinct by identity here and not with FINAL: copies can sit in different tables (a stream beside
   * the vendor's own), where FINAL cannot see them. Filters come first, which is safe because copies
   * of an event are equal.
   */
  #rawPart(intervals: readonly Interval[], needs: ReadonlySet<StoredColumn>, where: Sql): Sql {
    const columns: StoredColumn[] = [
      ...new Set<StoredColumn>(['vendor', 'org_id', 'id', ...needs]),
    ];
    const perTable = this.#tables.map((table) => {
      const selected = columns.map(
        (column) => sql`${table.columns[column]} AS ${identifier(column)}`,
      );
      return sql`SELECT ${table.time} AS event_time, ${table.repeats} AS weight, ${join(selected, 'comma')}
        FROM ${table.from} WHERE ${inIntervals(table.time, intervals)}`;
    });
    const outer = [...needs].map((column) => sql`, ${identifier(column)}`);
    return sql`SELECT toDateTime64(event_time, 3, 'UTC') AS time, toUInt64(1) AS events, toUInt64(weight) AS requests, time AS first_time, time AS last_time${concat(outer)}
      FROM (SELECT * FROM (${join(perTable, 'union all')}) AS stored WHERE ${where} LIMIT 1 BY id, org_id, vendor)`;
  }

  #scopeConditions(scope: ProjectScope): EventQuestion['only'] {
    return scope === null
      ? []
      : [{ condition: sql`stored.project_id IN ${bind.texts(scope)}`, needs: ['project_id'] }];
  }

  #filterCondition(filter: Filter): EventQuestion['only'] {
    // No value means All: a dashboard variable that chose nothing limits nothing.
    if (filter.values.length === 0) return [];
    if (filter.field === 'actor') return [actorCondition(filter)];
    if (filter.field === 'text') return [textCondition(filter)];
    if (filter.field.startsWith('metadata.')) return [metadataCondition(filter)];
    const field = isField(filter.field) ? this.fields[filter.field] : undefined;
    if (!field) throw badParameter(filter.field, `There is no filter named '${filter.field}'.`);
    return [{ condition: condition(field.expression, filter), needs: field.needs }];
  }
}

const isField = (key: string): key is EventFieldKey => !measures.has(key);

/** Ids, names and e-mails name actors; whichever a person has at hand finds them. */
function actorCondition(filter: Filter): EventQuestion['only'][number] {
  const values = bind.texts(filter.values);
  const matches = sql`(stored.actor_id IN ${values} OR stored.actor_name IN ${values} OR stored.actor_email IN ${values})`;
  return {
    condition: filter.op === 'not-in' ? sql`NOT ${matches}` : matches,
    needs: ['actor_id', 'actor_name', 'actor_email'],
  };
}

function textCondition(filter: Filter): EventQuestion['only'][number] {
  const found = filter.values.map(
    (value) => sql`positionCaseInsensitiveUTF8(stored.event_metadata, ${bind.text(value)}) > 0`,
  );
  const matches = sql`(${join(found, 'or')})`;
  return {
    condition: filter.op === 'not-contains' ? sql`NOT ${matches}` : matches,
    needs: ['event_metadata'],
  };
}

function metadataCondition(filter: Filter): EventQuestion['only'][number] {
  const path = filter.field.slice('metadata.'.length).split('.');
  const at = sql`stored.event_metadata, ${join(
    path.map((key) => bind.text(key)),
    'comma',
  )}`;
  // Numbers and booleans are compared as they are written.
  const extract = sql`if(JSONType(${at}) = 'String', JSONExtractString(${at}), JSONExtractRaw(${at}))`;
  return { condition: condition(extract, filter), needs: ['event_metadata'] };
}

function inIntervals(time: Sql, intervals: readonly Interval[]): Sql {
  if (intervals.length === 0) return sql`0`;
  return sql`(${join(
    intervals.map(
      ({ from, to }) => sql`(${time} >= ${bind.instant(from)} AND ${time} < ${bind.instant(to)})`,
    ),
    'or',
  )})`;
}
