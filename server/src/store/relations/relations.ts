import type { Filter } from '../../contract';
import type { Vendor } from '../vendor';
import { columnsOfSecret, wholeWord, words } from '../rollups/words';
import { all, bind, identifier, join, sql } from '../sql';
import type { Sql } from '../sql';
import type { Store } from '../store';
import type { StoredRow } from '../values';
import { namesSecret, ofTypes } from './event-conditions';
import type { EventFieldKey } from './event-fields';
import type { EventQuestion, EventRange, Events, Measure, ProjectScope } from './events';
import { condition } from './filter';
import { collectedRelations } from './collected';
import type { CollectedRelations } from './collected';
import { inventoryRelations } from './inventory';
import type { AsOf, GoneEnvironment, InventoryRelations } from './inventory';
import { reminderRelations } from './reminders';
import type { ReminderRelations } from './reminders';
import { secretRelations } from './secrets';
import type { SecretRelations } from './secrets';
import { usageRelations } from './usage';
import type { UsageRelations } from './usage';

type Field = EventFieldKey | Measure;

const placeOfStored = columnsOfSecret.map((column) => sql`stored.${identifier(column)}`);
const { project_id: project, ...inProject } = words.secret;
const placeOfWord = Object.entries({ project, ...inProject }).map(
  ([name, part]) => sql`${part} AS ${identifier(name)}`,
);

/** What an insight may ask about; each call gives a subquery with exactly the named columns. */
export interface Relations
  extends
    SecretRelations,
    InventoryRelations,
    ReminderRelations,
    UsageRelations,
    CollectedRelations {
  /** Events that count as reads, without the collectors' own; `requests` is the number of reads. */
  reads: (...fields: Field[]) => Sql;
  /**
   * secret, project, environment, secret_path, secret_key, reads, last_read: the secrets with the most reads that
   * name them, largest first, those with as many by their names.
   */
  mostRead: (limit: number) => Sql;
  /** Reads of some secrets, given with `secret` and `secret_key` as `mostRead` has them. */
  readsOf: (secrets: readonly StoredRow[], ...fields: Field[]) => Sql;
  /** Every event of the range, scope and filters. */
  events: (...fields: Field[]) => Sql;
  /** The same; a filter on the secret key also finds events that list several secrets. */
  auditEvents: (...fields: Field[]) => Sql;
  /** Every event but what the platforms do of their own accord, and what collectors do. */
  requests: (system: 'exclude' | 'include', ...fields: Field[]) => Sql;
  /** Events of the named types. */
  eventsOf: (types: readonly string[], ...fields: Field[]) => Sql;
  /** The nine event types of the vendor's access log, without the collectors' own. */
  accessLog: (...fields: Field[]) => Sql;
  /** key, body: what the program itself keeps of a kind (report runs, schedules) for projects in scope; times are the body's matter. */
  state: (kind: 'report-run' | 'report-schedule') => Sql;
  /** time, token, user, action, insight, filters, rows: who looked at single events; nothing for who may not see all projects. */
  selfAudits: () => Sql;
  /** The start and the end of the range. */
  inRange: (time: Sql) => Sql;
  /** day: the UTC days on which any event of the chosen sources and projects is known. */
  knownDays: () => Sql;
  /** project, time, rotation_id, failed, attempt_message: every attempt to rotate in the range. */
  rotationAttempts: () => Sql;
  /** The same, of any time up to the moment that posture is asked for and whatever the filters. */
  rotationHistory: () => Sql;
  /** rotation_id, rotation_name, environment, secret_path as the newest event that named them says, of any time. */
  rotationNames: () => Sql;
  /** source, project, accepted: events that our doors stored, copies included, for the whole UTC days of the range. */
  accepted: () => Sql;
  /** source, project, last_event: of any time up to the end of the range, so that silence shows. */
  lastEvents: () => Sql;
  /** source, project, expires_at: when the vendor means to delete the oldest event of the range. */
  expiries: () => Sql;
  /** source, project, rejected, too_late: distinct events that our doors refused in the range. */
  rejected: () => Sql;
}

export interface RelationContext {
  range: EventRange;
  /** The whole UTC days inside the range; today is whole while the range ends now. */
  wholeDays: EventRange;
  scope: ProjectScope;
  filters: readonly Filter[];
  grain: EventQuestion['grain'];
  /** Which list of event types counts as a read. */
  readDefinition: 'insights' | 'access-log';
  /** Ids of the collectors' own identities, which are never counted as readers. */
  excludedIdentities: readonly string[];
  /** The moment for which the inventory is asked. */
  asOf: AsOf;
  goneEnvironments: readonly GoneEnvironment[];
}

export function relationsFor(
  store: Store,
  vendor: Vendor,
  events: Events,
  context: RelationContext,
): Relations {
  const { range, scope, filters, grain } = context;
  const ask = (
    fields: readonly Field[],
    only: EventQuestion['only'],
    overrides: Partial<EventQuestion> = {},
  ): Sql => events.relation({ fields, range, scope, filters, grain, only, ...overrides });

  const notByCollectors: EventQuestion['only'] =
    context.excludedIdentities.length === 0
      ? []
      : [
          {
            condition: sql`NOT (${vendor.isByIdentity(context.excludedIdentities)})`,
            needs: ['actor_type', 'actor_id'],
          },
        ];
  const notBySystem: EventQuestion['only'][number] = {
    condition: sql`NOT (${vendor.isSystemAction})`,
    needs: ['vendor', 'event', 'actor_type'],
  };
  const readTypes =
    context.readDefinition === 'insights' ? vendor.readEvents : vendor.accessLogEvents;

  const readsOnly = [ofTypes(readTypes), ...notByCollectors];
  const among = (secrets: readonly StoredRow[]): EventQuestion['only'][number] => {
    const asked = bind.texts(secrets.map(({ secret }) => String(secret)));
    return {
      // The key leads; what is left is compared whole.
      condition: sql`stored.secret_key IN ${bind.texts(secrets.map(({ secret_key }) => String(secret_key)))} AND ${wholeWord(placeOfStored)} IN ${asked}`,
      needs: columnsOfSecret,
      inRollups: sql`stored.secret IN ${asked}`,
    };
  };

  const byScope = (projectColumn: Sql): Sql[] =>
    scope === null ? [] : [sql`${projectColumn} IN ${bind.texts(scope)}`];
  const byFilters = (columns: Readonly<Record<string, Sql>>): Sql[] =>
    filters.flatMap((filter) => {
      const column = columns[filter.field];
      return column && filter.values.length > 0 ? [condition(column, filter)] : [];
    });
  const byScopeAndSource = (projectColumn: Sql): Sql =>
    all([...byScope(projectColumn), ...byFilters({ project: projectColumn, source: sql`source` })]);
  const byScopeAndProject = (projectColumn: Sql): Sql =>
    all([...byScope(projectColumn), ...byFilters({ project: projectColumn })]);

  const attempts = (overrides: Partial<EventQuestion>): Sql => {
    const { events: types, rotationId, failed, message } = vendor.rotationAttempts;
    return sql`(
      SELECT project, time, ${rotationId} AS rotation_id, ${failed} AS failed, ${message} AS attempt_message
      FROM ${ask(['vendor', 'project', 'time', 'event_metadata'], [ofTypes(types)], overrides)} AS stored)`;
  };
  const wholeInventory = { ...context, scope: null, filters: [] };

  return {
    ...secretRelations(events, context, ask, notByCollectors),
    ...inventoryRelations(store, vendor, context),
    ...collectedRelations(store, context),
    ...usageRelations(store, context),
    ...reminderRelations(vendor, context, inventoryRelations(store, vendor, wholeInventory)),
    reads: (...fields) => ask(fields, readsOnly),
    // The words are taken apart of those alone that are left: it takes longer than to rank them.
    mostRead: (limit) => sql`
      SELECT secret, ${join(placeOfWord, 'comma')}, reads, last_read
      FROM (
        SELECT secret, sum(requests) AS reads, max(last_time) AS last_read
        FROM ${ask(['secret', 'requests', 'last_time'], [...readsOnly, namesSecret])}
        GROUP BY secret ORDER BY reads DESC LIMIT ${bind.integer(limit)} WITH TIES
      )
      ORDER BY reads DESC, project, environment, secret_path, secret_key LIMIT ${bind.integer(limit)}`,
    readsOf: (secrets, ...fields) => ask(fields, [...readsOnly, among(secrets)]),
    events: (...fields) => ask(fields, []),
    auditEvents: (...fields) =>
      ask(fields, [], { inLists: filters.some(({ field }) => field === 'secret_key') }),
    requests: (system, ...fields) =>
      ask(fields, [...(system === 'exclude' ? [notBySystem] : []), ...notByCollectors]),
    eventsOf: (types, ...fields) => ask(fields, [ofTypes(types)]),
    accessLog: (...fields) => ask(fields, [ofTypes(vendor.accessLogEvents), ...notByCollectors]),
    state: (kind) => sql`(
      SELECT key, body FROM (
        SELECT key, argMax(body, sequence) AS body FROM ${store.table('state_log')} WHERE kind = ${bind.text(kind)} GROUP BY key
      )
      WHERE body != 'null' AND ${byScopeAndProject(sql`JSONExtractString(body, 'project')`)})`,
    selfAudits: () => sql`(
      SELECT at AS time, token, user, action, insight, filters, rows FROM ${store.table('self_audit')} FINAL
      WHERE at >= ${bind.instant(range.from)} AND at < ${bind.instant(range.to)} AND ${scope === null ? sql`1` : sql`0`})`,
    inRange: (time) =>
      sql`(${time} >= ${bind.instant(range.from)} AND ${time} < ${bind.instant(range.to)})`,
    knownDays: () => sql`(
      SELECT DISTINCT toStartOfDay(time, 'UTC') AS day FROM ${ask(['time'], [], {
        grain: 'day',
        // Whether a collector delivers is a matter of its source and projects, not of who read what.
        filters: filters.filter(
          ({ field }) => field === 'source' || field === 'project' || field === 'org',
        ),
      })})`,
    rotationAttempts: () => attempts({}),
    // The end of a range is not in it, and the moment is.
    rotationHistory: () =>
      attempts({ range: { from: 0, to: context.asOf.instant + 1 }, filters: [] }),
    rotationNames: () => {
      const { events: types, rotationId, name, environment, secretPath } = vendor.rotationNames;
      const ever = { range: { from: 0, to: range.to }, filters: [] };
      return sql`(
        SELECT rotation_id, argMax(name, time) AS rotation_name, argMax(place, time) AS environment, argMax(path, time) AS secret_path
        FROM (
          SELECT time, ${rotationId} AS rotation_id, ${name} AS name, ${environment} AS place, ${secretPath} AS path
          FROM ${ask(['vendor', 'time', 'event_metadata'], [ofTypes(types)], ever)} AS stored
          WHERE name != ''
        )
        GROUP BY rotation_id)`;
    },
    lastEvents: () => sql`(
      SELECT source, project, max(last_time) AS last_event
      FROM ${ask(['source', 'project', 'last_time'], [], { range: { from: 0, to: range.to } })}
      GROUP BY source, project)`,
    expiries: () => sql`(
      SELECT source, project_id AS project, toDateTime64(min(expires_at), 3, 'UTC') AS expires_at
      FROM ${events.copies(['source', 'project_id', 'expires_at'], range)}
      WHERE ${byScopeAndSource(sql`project_id`)}
      GROUP BY source, project)`,
    accepted: () => sql`(
      SELECT source, project_id AS project, sum(accepted) AS accepted FROM ${store.table('ingest_log')}
      WHERE day >= toDate(${bind.instant(context.wholeDays.from)}) AND day < toDate(${bind.instant(context.wholeDays.to)}) AND ${byScopeAndSource(sql`project_id`)}
      GROUP BY source, project)`,
    rejected: () => sql`(
      SELECT source, project_id AS project, uniqExact(identity, field) AS rejected, uniqExactIf((identity, field), problem = 'too-late') AS too_late
      FROM (
        SELECT *, if(id != '', id, concat(toString(batch), '-', toString(position))) AS identity FROM ${store.table('rejected_events')}
        WHERE received_at >= ${bind.instant(range.from)} AND received_at < ${bind.instant(range.to)} AND ${byScopeAndSource(sql`project_id`)}
      )
      GROUP BY source, project)`,
  };
}
