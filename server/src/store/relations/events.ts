import type { Filter } from '../../contract';
import type { EventTable, StoredColumn, Vendor } from '../vendor';
import { all, anything, bind, concat, groupBy, identifier, join, sql } from '../sql';
import type { Sql } from '../sql';
import { AskedConditions } from './asked-conditions';
import type { Condition } from './event-conditions';
import { eventFields } from './event-fields';
import type { EventField, EventFieldKey } from './event-fields';
import { distinctRows, eachOnce, isCounted } from './each-once';
import type { Counted } from './each-once';
import type { KnownOrgs } from '../known-orgs';
import { perTable } from './raw-events';
import type { Grouping, Interval, RawPart, RollupPart } from './plan';
import { columnsOfSecret, wholeWord } from '../rollups/words';

/** What an event row counts and when, beside its fields. */
export type Measure =
  | 'time'
  | 'events'
  | 'requests'
  | 'first_time'
  | 'last_time'
  | 'id'
  | 'received_at'
  | 'expires_at'
  | 'secret_id'
  | 'secret_keys'
  | 'secret_ids'
  /** The secret as one word, which secrets are told apart by in less time than by its four columns. */
  | 'secret';

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
  only: readonly Condition[];
  /** How finely `time` has to be kept, where it is among the fields. */
  grain: 'day' | 'quarter-hour';
  /** Whether a secret key is also looked for in the lists of events about several secrets; only raw events keep those. */
  inLists?: boolean;
}

export type RowsQuestion = Omit<EventQuestion, 'fields' | 'grain'>;

export interface FirstRows {
  order: 'newest' | 'oldest';
  /** Over `row_time`, `row_id` and `row_org`. */
  beyond: Sql;
  limit: number;
}

/** A column of single events, under the name it comes out with. */
export interface EventColumn {
  as: string;
  expression: Sql;
  needs: readonly StoredColumn[];
}

/** Chooses which closed time is answered from which rollup; the rest stays raw. */
export interface Planner {
  plan(
    question: EventQuestion,
    needs: ReadonlySet<StoredColumn>,
  ): { rollups: RollupPart[]; raw: RawPart[] };
}

/** What a rollup does not keep: the identity of a single event and what it lists. */
const rawMeasures: ReadonlySet<string> = new Set([
  'id',
  'received_at',
  'expires_at',
  'secret_id',
  'secret_keys',
  'secret_ids',
]);
/** What every part of an answer has, and how rows of a rollup are added up to it. */
const sums: Record<Exclude<Counted, 'time'>, Sql> = {
  events: sql`sum(stored.events)`,
  requests: sql`sum(stored.requests)`,
  first_time: sql`min(stored.first_time)`,
  last_time: sql`max(stored.last_time)`,
};
const measures = new Set<string>(['time', ...Object.keys(sums), ...rawMeasures, 'secret']);

/**
 * The relation behind every access insight: events, each counted once whatever door and however often
 * it came, limited to a scope, filters and a range; closed time from rollups, open time raw, both in
 * the same columns.
 */
export class Events {
  readonly fields: Record<EventFieldKey, EventField>;
  readonly #vendor: Vendor;
  readonly #planner: Planner;
  readonly #orgs: KnownOrgs;
  readonly #asked: AskedConditions;

  constructor(vendor: Vendor, planner: Planner, orgs: KnownOrgs) {
    this.fields = eventFields(vendor);
    this.#vendor = vendor;
    this.#planner = planner;
    this.#orgs = orgs;
    this.#asked = new AskedConditions(vendor, this.fields);
  }

  /** A subquery with exactly the asked columns. */
  relation(question: EventQuestion): Sql {
    const wanted = [...new Set(question.fields)];
    const conditions = this.#asked.of(question);
    const shown = [
      ...new Set<StoredColumn>([
        ...wanted.filter(isField).flatMap((key) => this.fields[key].needs),
        ...wanted.filter((key): key is StoredColumn & Measure => rawMeasures.has(key)),
      ]),
    ];
    const isBySecret = wanted.includes('secret');
    const keys = isBySecret ? [...shown, 'secret' as const] : shown;
    const needs = new Set([
      ...shown,
      ...(isBySecret ? columnsOfSecret : []),
      ...conditions.flatMap((each) => each.needs),
    ]);
    const where = all(conditions.map((each) => each.inRollups ?? each.condition));
    const { rollups, raw } = this.#planner.plan(question, needs);
    const counted = wanted.filter(isCounted);
    const eventsOnce = (columns: readonly StoredColumn[]): Sql =>
      eachOnce(
        { tables: this.#tables, orgs: this.#orgs, raw, conditions },
        columns,
        counted,
        question.grain,
      );
    // Added up first where columns are made of others, or buckets of time: there are far fewer groups than rows. Else
    // whoever asks adds up.
    const isMade = wanted.some((key) => isField(key) || key === 'time');
    const parts = [
      ...rollups.map(({ table, grouping, condition }) => {
        const rows = sql`${table} AS stored WHERE ${all([condition, where])}`;
        return isMade
          ? addUp(rows, grouping(keys), counted)
          : sql`SELECT ${join([...keys, ...counted].map(identifier), 'comma')} FROM ${rows}`;
      }),
      ...(raw.length > 0 || rollups.length === 0
        ? [isBySecret ? bySecret(eventsOnce, shown, counted) : eventsOnce(shown)]
        : []),
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
    return sql`(${distinctRows({ tables: this.#tables, orgs: this.#orgs, raw: [interval], conditions: [] }, columns)})`;
  }

  /**
   * Rows of single events as they are stored, copies included: `row_time`, `row_id`, `row_org` and
   * `row_vendor` name the event.
   */
  rows(question: RowsQuestion, columns: readonly EventColumn[]): Sql {
    return shown(columns, join(this.#rowsPerTable(question, columns), 'union all'));
  }

  /**
   * The first of them in the order of time that are beyond a place. Each table is asked for as many, so
   * that the engine sorts by few columns and reads the others for the rows alone that it gives.
   */
  firstRows(
    question: RowsQuestion,
    columns: readonly EventColumn[],
    { order, beyond, limit }: FirstRows,
  ): Sql {
    const direction = order === 'newest' ? sql`DESC` : sql`ASC`;
    const first = sql`ORDER BY row_time ${direction}, row_id ${direction}, row_org ${direction} LIMIT ${bind.integer(limit)}`;
    const tables = this.#rowsPerTable(question, columns, beyond).map(
      (table) => sql`(${table} ${first})`,
    );
    return shown(columns, sql`SELECT * FROM (${join(tables, 'union all')}) ${first}`);
  }

  get #tables(): readonly EventTable[] {
    return this.#orgs.withEvents(this.#vendor.tables);
  }

  #rowsPerTable(
    question: RowsQuestion,
    columns: readonly EventColumn[],
    beyond: Sql = anything,
  ): Sql[] {
    const conditions = this.#asked.of(question);
    const needs = new Set<StoredColumn>([
      ...identity,
      ...columns.flatMap((column) => column.needs),
      ...conditions.flatMap((each) => each.needs),
    ]);
    const where = all([...conditions.map((each) => each.condition), beyond]);
    return perTable(this.#tables, [question.range], [...needs]).map(
      (table) => sql`
        SELECT *, toDateTime64(event_time, 3, 'UTC') AS row_time, id AS row_id, org_id AS row_org, vendor AS row_vendor
        FROM (${table}) AS stored WHERE ${where}`,
    );
  }

  /** Rows of an interval as they lie in the tables, copies included, with `event_time`: cheap, where a rough number will do. */
  copies(columns: readonly StoredColumn[], interval: Interval): Sql {
    return sql`(${join(perTable(this.#tables, [interval], columns), 'union all')})`;
  }
}

/** Figures of rows that are alike in some columns. */
function addUp(rows: Sql, { by, columns }: Grouping, counted: readonly Counted[]): Sql {
  const keys = [...by, ...(counted.includes('time') ? [sql`time`] : [])];
  const figures = counted.map((key) =>
    key === 'time' ? sql`time` : sql`${sums[key]} AS ${identifier(key)}`,
  );
  return sql`SELECT ${join([...columns, ...figures], 'comma')} FROM ${rows} ${groupBy(keys)}`;
}

/** Raw events with the secret as the word that rollups have, made once a secret and not once an event. */
function bySecret(
  eventsOnce: (columns: readonly StoredColumn[]) => Sql,
  shown: readonly StoredColumn[],
  counted: readonly Counted[],
): Sql {
  const by = [...new Set([...shown, ...columnsOfSecret])];
  const word = sql`${wholeWord(columnsOfSecret.map(identifier))} AS secret`;
  return addUp(
    sql`(${eventsOnce(by)}) AS stored`,
    { by: by.map(identifier), columns: [...shown.map(identifier), word] },
    counted,
  );
}

/** Labels are made of the rows that are left: some are long lists of names. */
const shown = (columns: readonly EventColumn[], rows: Sql): Sql => sql`(
  SELECT row_time, row_id, row_org, row_vendor${concat(
    columns.map(({ as, expression }) => sql`, ${expression} AS ${identifier(as)}`),
  )} FROM (${rows}) AS stored)`;

const isField = (key: string): key is EventFieldKey => !measures.has(key);

const identity = ['vendor', 'org_id', 'id'] as const satisfies readonly StoredColumn[];
