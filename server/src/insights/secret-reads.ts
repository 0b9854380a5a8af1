import type { SecretRelations } from '../store/relations/secrets';
import type { Relations } from '../store/relations/relations';
import { join, sql } from '../store/sql';
import type { Sql } from '../store/sql';
import { valuesOf } from '../store/values';
import type { StoredRow } from '../store/values';

export type ReadRelations = Pick<Relations, 'reads' | 'readsOf' | 'mostRead'> & SecretRelations;

/** Reads of named secrets: project, environment, secret_path, secret_key, actor_type, actor_name, actor, confidence, reads, first_read, last_read. */
const namedReads = ({ reads }: Pick<Relations, 'reads'>): Sql => sql`
  SELECT project, environment, secret_path, toString(secret_key) AS secret_key, actor_type, actor_name, actor,
    'exact' AS confidence, sum(requests) AS reads, min(first_time) AS first_read, max(last_time) AS last_read
  FROM ${reads('project', 'environment', 'secret_path', 'secret_key', 'actor_type', 'actor_name', 'actor', 'requests', 'first_time', 'last_time')}
  WHERE secret_key != ''
  GROUP BY project, environment, secret_path, secret_key, actor_type, actor_name, actor`;

/** Questions whose answers `allReads` needs as values: what there is nothing of is not looked for again. */
export function beforeAllReads({ givenIds, askedSecrets }: SecretRelations): readonly Sql[] {
  const asked = askedSecrets();
  return asked === null ? [givenIds()] : [givenIds(), asked];
}

/**
 * Every read brought to secrets, in the same columns. A read by id counts for the secret that other
 * events name by this id: exact where one was asked for, bulk where a folder's were. A folder's read
 * without ids counts, as bulk, for each secret that events place in the folder and that was not
 * created later or deleted before; by day, so that a folder with many readers stays cheap. Where no
 * secret is known the key stays empty.
 */
export function allReads(relations: ReadRelations, [given, asked]: readonly StoredRow[][]): Sql {
  const ids = (given ?? []).map(({ id }) => String(id)).filter((id) => id !== '');
  const unnamed = [
    ...(ids.length > 0 ? [byId(relations, ids)] : []),
    ...(asked?.length === 0 ? [] : [byFolder(relations, asked)]),
  ];
  const named = namedReads(relations);
  if (unnamed.length === 0) return named;
  const isAsked = relations.isAskedSecret(sql`secret_key`);
  return sql`${named} UNION ALL SELECT * FROM (${join(unnamed, 'union all')}) WHERE ${isAsked}`;
}

const byId = ({ readsById, secretsById }: SecretRelations, ids: readonly string[]): Sql => sql`
  SELECT secret.project AS project, secret.environment AS environment, secret.secret_path AS secret_path, secret.secret_key AS secret_key,
    read.actor_type AS actor_type, read.actor_name AS actor_name, read.actor AS actor,
    read.confidence AS confidence, sum(read.requests) AS reads, min(read.time) AS first_read, max(read.time) AS last_read
  FROM (
    SELECT actor_type, actor_name, actor, requests, time, if(secret_id != '', 'exact', 'bulk') AS confidence,
      arrayJoin(if(secret_id != '', [secret_id], secret_ids)) AS id
    FROM ${readsById()}
  ) AS read
  INNER JOIN ${secretsById(ids)} AS secret ON read.id = secret.id
  GROUP BY project, environment, secret_path, secret_key, actor_type, actor_name, actor, confidence`;

const secretColumns = {
  project: 'text',
  environment: 'text',
  secret_path: 'text',
  secret_key: 'text',
  created_at: 'time',
  deleted_at: 'time',
} as const;

/** With known secrets as values where some were asked for before: planned beside reads, they take longer than by themselves. */
function byFolder(
  { folderReads, knownSecrets }: SecretRelations,
  asked: readonly StoredRow[] | undefined,
): Sql {
  const folders = asked && [...new Set(asked.map(({ secret_path }) => String(secret_path)))];
  return sql`
    SELECT read.project AS project, read.environment AS environment, read.secret_path AS secret_path, secret.secret_key AS secret_key,
      read.actor_type AS actor_type, read.actor_name AS actor_name, read.actor AS actor,
      'bulk' AS confidence, sum(read.requests) AS reads, min(greatest(read.first_time, secret.created_at)) AS first_read, max(read.last_time) AS last_read
    FROM (
      SELECT project, environment, secret_path, actor_type, actor_name, actor, toStartOfDay(time) AS day,
        sum(part.requests) AS requests, min(part.first_time) AS first_time, max(part.last_time) AS last_time
      FROM ${folderReads(folders ?? null)} AS part
      GROUP BY project, environment, secret_path, actor_type, actor_name, actor, day
    ) AS read
    LEFT JOIN ${asked ? valuesOf(asked, secretColumns) : knownSecrets()} AS secret
      ON read.project = secret.project AND read.environment = secret.environment AND read.secret_path = secret.secret_path
    WHERE secret.secret_key = '' OR (read.last_time >= secret.created_at AND read.first_time < secret.deleted_at)
    GROUP BY project, environment, secret_path, secret_key, actor_type, actor_name, actor`;
}
