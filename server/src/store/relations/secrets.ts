import type { Filter } from '../../contract';
import type { StoredColumn } from '../vendor';
import { all, bind, sql } from '../sql';
import type { Sql } from '../sql';
import { namesSecret, ofTypes } from './event-conditions';
import type { EventFieldKey } from './event-fields';
import type { EventColumn, EventQuestion, Events, Measure } from './events';
import { condition } from './filter';
import type { RelationContext } from './relations';

/** Secrets as events name them, for finding out who read a secret that a bulk read did not name. */
export interface SecretRelations {
  /** id: of secrets that reads give without naming them. */
  givenIds: () => Sql;
  /** The same rows as `knownSecrets`; null where reads of folders without a known secret are asked for too. */
  askedSecrets: () => Sql | null;
  /** actor_type, actor_name, actor, time, requests, secret_id, secret_ids: reads that name no secret but give ids, whatever secret key is asked for. */
  readsById: () => Sql;
  /**
   * project, environment, secret_path, actor_type, actor_name, actor, time, requests, first_time, last_time: reads of
   * folders that give no ids either, by day at least; of some folders or, with null, all.
   */
  folderReads: (folders: readonly string[] | null) => Sql;
  /**
   * project, environment, secret_path, secret_key, created_at, changed_at, deleted_at: secrets, where keys are named
   * those, that any event up to the end of the range named. Where a creation or change is not known it is 1970, where a deletion is not, 2200.
   */
  knownSecrets: () => Sql;
  /** id, project, environment, secret_path, secret_key: what events say of the secrets with these ids. */
  secretsById: (ids: readonly string[]) => Sql;
  /** project, environment, secret_path, secret_key, rotated_at: the newest rotation that went well, up to the end of the range, of secrets that rotations are known to write. */
  rotatedSecrets: () => Sql;
  /** Whether a secret key is among those asked for; for keys that are worked out and not read from an event. */
  isAskedSecret: (key: Sql) => Sql;
}

type Ask = (
  fields: readonly (EventFieldKey | Measure)[],
  only: EventQuestion['only'],
  overrides?: Partial<EventQuestion>,
) => Sql;

const created = ['create-secret', 'create-secrets'] as const;
const changed = ['update-secret', 'update-secrets'] as const;
const deleted = ['delete-secret', 'delete-secrets'] as const;
const listing = ['create-secrets', 'update-secrets', 'delete-secrets'] as const;
/** Reads of static secrets that can leave the name out. */
const unnamed = ['get-secrets', 'dashboard-get-secret-version-value'] as const;

/** Filters that say where a secret is and not who read it. */
const placeFields: ReadonlySet<string> = new Set([
  'source',
  'vendor',
  'org',
  'project',
  'environment',
  'secret_path',
]);

const never = sql`toDateTime64('2200-01-01 00:00:00', 3, 'UTC')`;

export function secretRelations(
  events: Events,
  { range, scope, filters }: Pick<RelationContext, 'range' | 'scope' | 'filters'>,
  ask: Ask,
  notByCollectors: EventQuestion['only'],
): SecretRelations {
  const places = filters.filter(({ field }) => placeFields.has(field));
  const everBefore = { range: { from: 0, to: range.to }, filters: places };
  const place = sql`project, environment, secret_path`;

  const reader = ['actor_type', 'actor_name', 'actor'] as const;
  const isUnnamed: EventQuestion['only'] = [
    ofTypes(unnamed),
    { condition: sql`stored.secret_key = ''`, needs: ['secret_key'] },
    ...notByCollectors,
  ];
  const givesIds = sql`(stored.secret_id != '' OR notEmpty(stored.secret_ids))`;
  const byId: EventQuestion['only'] = [
    ...isUnnamed,
    { condition: givesIds, needs: ['secret_id', 'secret_ids'] },
  ];
  const byFolder: EventQuestion['only'] = [
    ...isUnnamed,
    { condition: sql`NOT ${givesIds}`, needs: ['secret_id', 'secret_ids'] },
  ];
  const ofKeys = filters.filter(({ field, values }) => field === 'secret_key' && values.length > 0);
  // Others say what is not asked for: then reads of folders in which no secret is known are, and which folders
  // those are only all secrets tell.
  const ofNamedKeys = ofKeys.filter(isOfNames);
  const ofAnySecret = { filters: filters.filter(({ field }) => field !== 'secret_key') };

  const knownSecrets = (): Sql => sql`(
    SELECT ${place}, secret_key,
      minIf(first_time, event IN ${bind.texts(created)}) AS created_at,
      maxIf(last_time, event IN ${bind.texts(changed)}) AS changed_at,
      maxIf(last_time, event IN ${bind.texts(deleted)}) AS last_deletion,
      if(last_deletion > maxIf(last_time, event IN ${bind.texts(created)}), last_deletion, ${never}) AS deleted_at
    FROM (
      SELECT ${place}, toString(secret_key) AS secret_key, event, first_time, last_time
      FROM ${ask(
        ['project', 'environment', 'secret_path', 'secret_key', 'event', 'first_time', 'last_time'],
        [namesSecret],
        { ...everBefore, filters: [...places, ...ofNamedKeys], grain: 'day' },
      )}
      UNION ALL
      SELECT ${place}, toString(arrayJoin(secret_keys)) AS secret_key, event, time, time
      FROM ${ask(['project', 'environment', 'secret_path', 'secret_keys', 'event', 'time'], [ofTypes(listing)], everBefore)}
    )
    WHERE secret_key != '' AND ${fulfils(sql`secret_key`, ofNamedKeys)}
    GROUP BY ${place}, secret_key)`;

  const folderReads = (folders: readonly string[] | null): Sql =>
    ask(
      [
        'project',
        'environment',
        'secret_path',
        ...reader,
        'time',
        'requests',
        'first_time',
        'last_time',
      ],
      [
        ...byFolder,
        ...(folders === null
          ? []
          : [
              {
                condition: sql`stored.secret_path IN ${bind.texts(folders)}`,
                needs: ['secret_path'] as const,
              },
            ]),
      ],
      { ...ofAnySecret, grain: 'day' },
    );

  const givenIds = (): Sql => {
    const rows = events.rows({ range, scope, only: byId, ...ofAnySecret }, [
      {
        as: 'ids',
        expression: sql`arrayPushBack(stored.secret_ids, stored.secret_id)`,
        needs: ['secret_id', 'secret_ids'],
      },
    ]);
    return sql`SELECT arrayJoin(groupUniqArrayArray(ids)) AS id FROM ${rows}`;
  };

  const secretsById = (ids: readonly string[]): Sql => {
    const wanted = bind.texts(ids);
    const pairs = (pair: Sql, needs: readonly StoredColumn[], only: EventQuestion['only']): Sql =>
      sql`SELECT project, environment, secret_path, arrayJoin(pairs) AS pair
        FROM ${events.rows(
          { ...everBefore, filters: [...places, ...ofNamedKeys], inLists: true, scope, only },
          [...placeOf(events), { as: 'pairs', expression: pair, needs }],
        )}`;
    const inOne = pairs(
      sql`[(toString(stored.secret_key), stored.secret_id)]`,
      ['secret_key', 'secret_id'],
      [namesSecret, { condition: sql`stored.secret_id IN ${wanted}`, needs: ['secret_id'] }],
    );
    const inLists = pairs(
      sql`arrayMap((key, id) -> (toString(key), id), stored.secret_keys, arrayResize(stored.secret_ids, length(stored.secret_keys)))`,
      ['secret_keys', 'secret_ids'],
      [ofTypes(listing)],
    );
    return sql`(
      SELECT pair.2 AS id, any(project) AS project, any(environment) AS environment, any(secret_path) AS secret_path, any(pair.1) AS secret_key
      FROM (${inOne} UNION ALL ${inLists})
      WHERE id IN ${wanted} AND id != '' GROUP BY id)`;
  };

  const rotatedSecrets = (): Sql => {
    // The event of a rotation names only its id; where it writes stands in the event that set it up.
    const ofRotations = (types: readonly string[]): Sql =>
      ask(['project', 'time', 'event_metadata'], [ofTypes(types)], {
        range: everBefore.range,
        filters: places.filter(({ field }) => field !== 'environment' && field !== 'secret_path'),
      });
    return sql`(
      SELECT setup.project AS project, environment, secret_path, arrayJoin(keys) AS secret_key, max(rotation.time) AS rotated_at
      FROM (
        SELECT project, JSONExtractString(event_metadata, 'rotationId') AS rotation_id, time
        FROM ${ofRotations(['secret-rotation-rotate-secrets'])} WHERE JSONExtractString(event_metadata, 'status') != 'failed'
      ) AS rotation
      INNER JOIN (
        SELECT project, JSONExtractString(event_metadata, 'rotationId') AS rotation_id,
          argMax(JSONExtractString(event_metadata, 'environment'), time) AS environment,
          argMax(JSONExtractString(event_metadata, 'secretPath'), time) AS secret_path,
          argMax(arrayMap(each -> each.2, JSONExtractKeysAndValues(event_metadata, 'secretsMapping', 'String')), time) AS keys
        FROM ${ofRotations(['create-secret-rotation', 'update-secret-rotation'])}
        WHERE JSONHas(event_metadata, 'secretsMapping')
        GROUP BY project, rotation_id
      ) AS setup ON rotation.project = setup.project AND rotation.rotation_id = setup.rotation_id
      GROUP BY project, environment, secret_path, secret_key)`;
  };

  return {
    givenIds,
    askedSecrets: () => (ofNamedKeys.length === 0 ? null : sql`SELECT * FROM ${knownSecrets()}`),
    readsById: () =>
      ask([...reader, 'time', 'requests', 'secret_id', 'secret_ids'], byId, ofAnySecret),
    folderReads,
    isAskedSecret: (key) => fulfils(key, ofKeys),
    knownSecrets,
    secretsById,
    rotatedSecrets,
  };
}

const fulfils = (key: Sql, filters: readonly Filter[]): Sql =>
  all(filters.map((filter) => condition(key, filter)));

/** Whether an empty key cannot be meant. */
const isOfNames = ({ op, values }: Filter): boolean =>
  (op === 'in' || op === 'prefix' || op === 'contains') && !values.includes('');

const placeOf = ({ fields }: Events): EventColumn[] =>
  (['project', 'environment', 'secret_path'] as const).map((field) => ({
    as: field,
    expression: fields[field].expression,
    needs: fields[field].needs,
  }));
