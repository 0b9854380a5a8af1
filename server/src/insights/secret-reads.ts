import type { SecretRelations } from '../store/relations/secrets';
import type { Relations } from '../store/relations/relations';
import { sql } from '../store/sql';
import type { Sql } from '../store/sql';

export type ReadRelations = Pick<Relations, 'reads' | 'readsNear'> & SecretRelations;

/** Reads of named secrets: project, environment, secret_path, secret_key, actor_type, actor_name, actor, confidence, reads, first_read, last_read. */
const namedReads = ({ reads }: Pick<Relations, 'reads'>): Sql => sql`
  SELECT project, environment, secret_path, toString(secret_key) AS secret_key, actor_type, actor_name, actor,
    'exact' AS confidence, sum(requests) AS reads, min(first_time) AS first_read, max(last_time) AS last_read
  FROM ${reads('project', 'environment', 'secret_path', 'secret_key', 'actor_type', 'actor_name', 'actor', 'requests', 'first_time', 'last_time')}
  WHERE secret_key != ''
  GROUP BY project, environment, secret_path, secret_key, actor_type, actor_name, actor`;

/**
 * Every read brought to secrets, in the same columns. A read by id counts for the secret that other
 * events name by this id: exact where one was asked for, bulk where a folder's were. A folder's read
 * without ids counts, as bulk, for each secret that events place in the folder and that was not
 * created later or deleted before; by day, so that a folder with many readers stays cheap. Where no
 * secret is known the key stays empty.
 */
export function allReads(relations: ReadRelations): Sql {
  const { unnamedReads, knownSecrets, secretsById, isAskedSecret } = relations;
  const byId = sql`
    SELECT secret.project AS project, secret.environment AS environment, secret.secret_path AS secret_path, secret.secret_key AS secret_key,
      read.actor_type AS actor_type, read.actor_name AS actor_name, read.actor AS actor,
      read.confidence AS confidence, sum(read.requests) AS reads, min(read.time) AS first_read, max(read.time) AS last_read
    FROM (
      SELECT actor_type, actor_name, actor, requests, time, if(secret_id != '', 'exact', 'bulk') AS confidence,
        arrayJoin(if(secret_id != '', [secret_id], secret_ids)) AS id
      FROM ${unnamedReads()} WHERE secret_id != '' OR notEmpty(secret_ids)
    ) AS read
    INNER JOIN ${secretsById()} AS secret ON read.id = secret.id
    GROUP BY project, environment, secret_path, secret_key, actor_type, actor_name, actor, confidence`;
  const byFolder = sql`
    SELECT read.project AS project, read.environment AS environment, read.secret_path AS secret_path, secret.secret_key AS secret_key,
      read.actor_type AS actor_type, read.actor_name AS actor_name, read.actor AS actor,
      'bulk' AS confidence, sum(read.requests) AS reads, min(greatest(read.first_time, secret.created_at)) AS first_read, max(read.last_time) AS last_read
    FROM (
      SELECT project, environment, secret_path, actor_type, actor_name, actor, toStartOfDay(time) AS day,
        sum(requests) AS requests, min(time) AS first_time, max(time) AS last_time
      FROM ${unnamedReads()} WHERE secret_id = '' AND empty(secret_ids)
      GROUP BY project, environment, secret_path, actor_type, actor_name, actor, day
    ) AS read
    LEFT JOIN ${knownSecrets()} AS secret
      ON read.project = secret.project AND read.environment = secret.environment AND read.secret_path = secret.secret_path
    WHERE secret.secret_key = '' OR (read.last_time >= secret.created_at AND read.first_time < secret.deleted_at)
    GROUP BY project, environment, secret_path, secret_key, actor_type, actor_name, actor`;
  const unnamed = sql`SELECT * FROM (${byId} UNION ALL ${byFolder}) WHERE ${isAskedSecret(sql`secret_key`)}`;
  return sql`${namedReads(relations)} UNION ALL ${unnamed}`;
}
