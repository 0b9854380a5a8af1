import type { Filter } from '../../contract';
import type { StoredColumn, Vendor } from '../../sources/vendor';
import { all, bind, sql } from '../sql';
import type { Sql } from '../sql';
import type { Store } from '../store';
import type { EventFieldKey } from './event-fields';
import type { EventQuestion, EventRange, Events, Measure, ProjectScope } from './events';
import { condition } from './filter';

type Field = EventFieldKey | Measure;

/** What an insight may ask about; each call gives a subquery with exactly the named columns. */
export interface Relations {
  /** Events that count as reads, without the collectors' own; `requests` is the number of reads. */
  reads: (...fields: Field[]) => Sql;
  /** Every event of the range, scope and filters. */
  events: (...fields: Field[]) => Sql;
  /** Events of the named types. */
  eventsOf: (types: readonly string[], ...fields: Field[]) => Sql;
  /** day: the UTC days on which any event of the chosen sources and projects is known. */
  knownDays: () => Sql;
  /** rotation_id, rotation_name, environment, secret_path as the newest event that named them says, of any time. */
  rotationNames: () => Sql;
  /** source, project, accepted: events that our doors stored, copies included, for the whole UTC days of the range. */
  accepted: () => Sql;
  /** source, project, rejected, too_late: events that our doors refused in the range. */
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

  const ofTypes = (types: readonly string[]): EventQuestion['only'][number] => ({
    condition: sql`stored.event IN ${bind.texts(types)}`,
    needs: ['event'] satisfies StoredColumn[],
  });
  const notByCollectors: EventQuestion['only'] =
    context.excludedIdentities.length === 0
      ? []
      : [
          {
            condition: sql`NOT (stored.actor_type = 'identity' AND stored.actor_id IN ${bind.texts(context.excludedIdentities)})`,
            needs: ['actor_type', 'actor_id'],
          },
        ];
  const readTypes =
    context.readDefinition === 'insights' ? vendor.readEvents : vendor.accessLogEvents;

  const byScopeAndSource = (projectColumn: Sql): Sql =>
    all([
      ...(scope === null ? [] : [sql`${projectColumn} IN ${bind.texts(scope)}`]),
      ...filters
        .filter(
          ({ field, values }) => (field === 'source' || field === 'project') && values.length > 0,
        )
        .map((filter) =>
          condition(filter.field === 'project' ? projectColumn : sql`source`, filter),
        ),
    ]);

  return {
    reads: (...fields) => ask(fields, [ofTypes(readTypes), ...notByCollectors]),
    events: (...fields) => ask(fields, []),
    eventsOf: (types, ...fields) => ask(fields, [ofTypes(types)]),
    knownDays: () => sql`(
      SELECT DISTINCT toStartOfDay(time, 'UTC') AS day FROM ${ask(['time'], [], {
        grain: 'day',
        // Whether a collector delivers is a matter of its source and projects, not of who read what.
        filters: filters.filter(
          ({ field }) => field === 'source' || field === 'project' || field === 'org',
        ),
      })})`,
    rotationNames: () => sql`(
      SELECT rotation_id, argMax(name, time) AS rotation_name, argMax(rotation_environment, time) AS environment, argMax(path, time) AS secret_path
      FROM (
        SELECT time, JSONExtractString(event_metadata, 'rotationId') AS rotation_id, JSONExtractString(event_metadata, 'name') AS name,
          JSONExtractString(event_metadata, 'environment') AS rotation_environment, JSONExtractString(event_metadata, 'secretPath') AS path
        FROM ${ask(
          ['time', 'event_metadata'],
          [ofTypes(['create-secret-rotation', 'update-secret-rotation'])],
          {
            range: { from: 0, to: range.to },
            filters: [],
          },
        )}
        WHERE name != ''
      )
      GROUP BY rotation_id)`,
    accepted: () => sql`(
      SELECT source, project_id AS project, sum(accepted) AS accepted FROM ${store.table('ingest_log')}
      WHERE day >= toDate(${bind.instant(context.wholeDays.from)}) AND day < toDate(${bind.instant(context.wholeDays.to)}) AND ${byScopeAndSource(sql`project_id`)}
      GROUP BY source, project)`,
    rejected: () => sql`(
      SELECT source, project_id AS project, count() AS rejected, countIf(reason LIKE 'is older than%') AS too_late FROM ${store.table('rejected_events')}
      WHERE received_at >= ${bind.instant(range.from)} AND received_at < ${bind.instant(range.to)} AND ${byScopeAndSource(sql`project_id`)}
      GROUP BY source, project)`,
  };
}
