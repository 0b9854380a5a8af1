import type { EventTable, StoredColumn } from '../vendor';
import type { KnownOrgs } from '../known-orgs';
import { all, concat, groupBy, identifier, join, sql } from '../sql';
import type { Sql } from '../sql';
import type { Condition } from './event-conditions';
import type { EventQuestion } from './events';
import type { RawPart } from './plan';
import { byVendor, inHalves, perTable } from './raw-events';

/** Raw events to be counted each once, whatever door and however often they came. */
export interface RawQuestion {
  tables: readonly EventTable[];
  raw: readonly RawPart[];
  conditions: readonly Condition[];
  orgs: KnownOrgs;
}

/** What an event counts and when. */
const figures = ['time', 'events', 'requests', 'first_time', 'last_time'] as const;
export type Counted = (typeof figures)[number];
export const isCounted = (key: string): key is Counted =>
  (figures as readonly string[]).includes(key);

/** What is of a single event: whoever asks for it wants a row for each. */
const ofSingleEvents: ReadonlySet<StoredColumn> = new Set([
  'id',
  'received_at',
  'expires_at',
  'secret_id',
  'secret_count',
  'secret_keys',
  'secret_ids',
  'event_metadata',
  'actor_metadata',
]);
/** What tells events apart so finely that there can be nearly as many groups as events, each with a set of its own. */
const fine: ReadonlySet<StoredColumn> = new Set(['secret_path', 'secret_key', 'ip', 'address']);

/**
 * The columns and figures of raw events, each event once, in rows that can be added up: in as few steps as
 * the question allows. Copies of an event are equal in all but the door they came by, `source`; an event
 * counts for the one it came by first.
 */
export function eachOnce(
  question: RawQuestion,
  shown: readonly StoredColumn[],
  counted: readonly Counted[],
  grain: EventQuestion['grain'],
): Sql {
  const columns = [...shown, ...counted];
  const isOfSource = needsOf(question, shown).includes('source');
  const isCount = counted.some((key) => key === 'events' || key === 'requests');
  const isSingle = shown.some((column) => ofSingleEvents.has(column));
  if (isOfSource || isSingle || (isCount && shown.some((column) => fine.has(column)))) {
    return select(columns, distinctRows(question, shown));
  }
  return isCount
    ? groups(question, shown, counted, grain)
    : select(columns, copies(question, shown));
}

const select = (columns: readonly string[], from: Sql): Sql =>
  sql`SELECT ${join(columns.map(identifier), 'comma')} FROM (${from})`;

const inMilliseconds = (time: Sql): Sql => sql`toDateTime64(${time}, 3, 'UTC')`;
const rowTime = inMilliseconds(sql`event_time`);

/** Where nothing is counted, a copy of an event says no more than the event. */
function copies(question: RawQuestion, shown: readonly StoredColumn[]): Sql {
  const { tables, raw, conditions } = question;
  return sql`SELECT *, ${rowTime} AS time, time AS first_time, time AS last_time
    FROM (${join(perTable(tables, raw, needsOf(question, shown)), 'union all')}) AS stored WHERE ${fulfilling(conditions)}`;
}

/** Requests that stand in no event of their own. Few events have some, and as a key `weight` would cost all others time. */
const suppressed = sql`toUInt64(arraySum(each -> each.2 - 1, groupUniqArrayIf((id, weight), weight > 1)))`;

/**
 * Distinct ids of each group: the engine finds them on all cores, where it makes rows distinct on one. A
 * group is of one vendor and organisation, within which an id is one event.
 */
function groups(
  question: RawQuestion,
  shown: readonly StoredColumn[],
  counted: readonly Counted[],
  grain: EventQuestion['grain'],
): Sql {
  const { tables, raw, conditions } = question;
  const start = grain === 'day' ? sql`toStartOfDay` : sql`toStartOfFifteenMinutes`;
  const bucket = counted.includes('time') ? [sql`${start}(event_time, 'UTC') AS bucket`] : [];
  const figureOf: Record<Counted, Sql> = {
    time: sql`${inMilliseconds(sql`bucket`)} AS time`,
    events: sql`uniqExact(id) AS events`,
    requests: canCountMore(question)
      ? sql`uniqExact(id) + ${suppressed} AS requests`
      : sql`uniqExact(id) AS requests`,
    first_time: sql`${inMilliseconds(sql`min(event_time)`)} AS first_time`,
    last_time: sql`${inMilliseconds(sql`max(event_time)`)} AS last_time`,
  };
  return join(
    byVendor(tables).map((ofVendor) => {
      const apart = orgsApart(question, ofVendor);
      const columns = unique(['id', ...apart, ...needsOf(question, shown)]);
      const keys = [...unique([...apart, ...shown]).map(identifier), ...bucket];
      return sql`
      SELECT ${join([...shown.map(identifier), ...counted.map((key) => figureOf[key])], 'comma')}
      FROM (${join(perTable(ofVendor, raw, columns), 'union all')}) AS stored WHERE ${fulfilling(conditions)} ${groupBy(keys)}`;
    }),
    'union all',
  );
}

/**
 * Each event once, in stored columns and with all figures. Distinct by identity and not with FINAL: copies
 * can sit in different tables (a stream beside the vendor's own), where FINAL cannot see them. Filters come
 * first, but for the source, which is asked for when it is known where an event came by first.
 *
 * Copies have one vendor and one time, so each vendor and each half of a long time is made distinct by
 * itself: the engine does it on one core, and so on as many as there are parts.
 */
export function distinctRows(question: RawQuestion, shown: readonly StoredColumn[]): Sql {
  const { tables, raw, conditions } = question;
  const needs = needsOf(question, shown);
  const isAboutSource = (each: Condition): boolean => each.needs.includes('source');
  const earlier = conditions.filter((each) => !isAboutSource(each));
  const later = conditions.filter(isAboutSource);
  const ofSource = needs.includes('source');
  const order = ofSource ? sql` ORDER BY received_at, source` : sql``;
  const outer = needs.map((column) => sql`, ${identifier(column)}`);
  const requests = canCountMore(question) ? sql`toUInt64(weight)` : sql`toUInt64(1)`;
  const distinct = inHalves(raw).flatMap((half) =>
    byVendor(tables).map((ofVendor) => {
      const identity = ['id', ...orgsApart(question, ofVendor)] as const;
      const columns = unique([
        ...identity,
        ...needs,
        ...(ofSource ? (['received_at'] as const) : []),
      ]);
      return sql`
      SELECT ${rowTime} AS time, toUInt64(1) AS events, ${requests} AS requests, time AS first_time, time AS last_time${concat(outer)}
      FROM (SELECT * FROM (${join(perTable(ofVendor, half, columns), 'union all')}) AS stored WHERE ${fulfilling(earlier)}${order} LIMIT 1 BY ${join(identity.map(identifier), 'comma')}) AS stored
      WHERE ${fulfilling(later)}`;
    }),
  );
  return join(distinct, 'union all');
}

/** Whether an event can stand for several requests: most questions are about types of which none does. */
const canCountMore = ({ tables, conditions }: RawQuestion): boolean =>
  tables.some(({ collapsed }) =>
    collapsed.some((type) => conditions.every(({ types }) => types?.includes(type) ?? true)),
  );

/** An id is one event within its organisation: needless to tell apart where there is one. */
const orgsApart = ({ orgs }: RawQuestion, tables: readonly EventTable[]): 'org_id'[] =>
  orgs.isOne(tables) ? [] : ['org_id'];

/** What is read for it, beside what tells events apart. */
const needsOf = ({ conditions }: RawQuestion, shown: readonly StoredColumn[]): StoredColumn[] =>
  unique([...shown, ...conditions.flatMap(({ needs }) => needs)]);

const fulfilling = (conditions: readonly Condition[]): Sql =>
  all(conditions.map(({ condition }) => condition));

const unique = (columns: readonly StoredColumn[]): StoredColumn[] => [...new Set(columns)];
