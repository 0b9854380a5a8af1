import type { Row } from '../contract';
import { bind, sql } from '../store/sql';
import type { Sql } from '../store/sql';
import { eventFilters } from './access-filters';
import { count, key, project, time } from './columns';
import { defineInsight } from './define';
import { choice, integer } from './params';
import { allReads, beforeAllReads } from './secret-reads';
import type { ReadRelations } from './secret-reads';
import { utcDays } from './windows';

export const topSecrets = defineInsight({
  id: 'top-secrets',
  version: 1,
  title: 'Top secrets',
  about:
    'The secrets with the most reads, largest first. Reads of whole folders name no secret: they are left out, or counted for each secret that events place in the folder.',
  shape: 'table',
  defaultWindow: utcDays(7),
  params: {
    limit: integer('Secrets', 'How many to list', { min: 1, max: 10_000, preset: 10 }),
    bulk: choice(
      'Folder reads',
      'exclude: only reads that name a secret; expand: also reads of its folder',
      ['exclude', 'expand'],
      'exclude',
    ),
  },
  filters: eventFilters,
  columns: {
    project: project(),
    environment: key('Environment', 'Environment slug'),
    secret_path: key('Secret path', 'Folder of the secret'),
    secret_key: key('Secret key', 'Name of the secret'),
    reads: count('Reads', 'Read requests'),
    readers: count('Readers', 'Distinct people and machines that read it'),
    last_read: time('Last read', 'Newest read in the range'),
  },
  before: ({ param: { bulk }, ...relations }) =>
    bulk === 'expand' ? beforeAllReads(relations) : [],
  query: ({ param: { limit, bulk }, ...relations }, before) =>
    bulk === 'expand' ? withFolders(relations, before, limit) : named(relations, limit),
});

const place = sql`project, environment, secret_path, secret_key`;

const withFolders = (relations: ReadRelations, before: readonly Row[][], limit: number): Sql => sql`
  SELECT ${place}, sum(part.reads) AS reads, uniqExact(part.actor_type, part.actor) AS readers, max(part.last_read) AS last_read
  FROM (${allReads(relations, before)}) AS part
  WHERE secret_key != ''
  GROUP BY ${place}
  ORDER BY reads DESC, ${place} LIMIT ${bind.integer(limit)}`;

/**
 * Who read is looked up for the secrets that are listed alone: there are as many readers as all secrets have
 * together. The list is found once and stands as constants in the rest of the statement, so that the
 * primary key leads to its secrets.
 */
function named({ reads, readsNear }: ReadRelations, limit: number): Sql {
  return sql`
    WITH (
      SELECT (groupArray(project), groupArray(environment), groupArray(secret_path), groupArray(secret_key), groupArray(reads), groupArray(last_read))
      FROM (
        SELECT ${place}, sum(requests) AS reads, max(last_time) AS last_read
        FROM ${reads('project', 'environment', 'secret_path', 'secret_key', 'requests', 'last_time')}
        WHERE secret_key != ''
        GROUP BY ${place}
        ORDER BY reads DESC, ${place} LIMIT ${bind.integer(limit)})
    ) AS top
    SELECT ${place}, reads, readers, last_read
    FROM (
      SELECT arrayJoin(arrayZip(top.1, top.2, top.3, top.4, top.5, top.6)) AS listed,
        listed.1 AS project, listed.2 AS environment, listed.3 AS secret_path, listed.4 AS secret_key, listed.5 AS reads, listed.6 AS last_read
    ) AS top_secret
    INNER JOIN (
      SELECT ${place}, uniqExact(actor_type, actor) AS readers
      FROM ${readsNear(
        { project: sql`top.1`, environment: sql`top.2`, path: sql`top.3`, key: sql`top.4` },
        ...([
          'project',
          'environment',
          'secret_path',
          'secret_key',
          'actor_type',
          'actor',
        ] as const),
      )}
      GROUP BY ${place}
    ) AS reader USING (${place})
    ORDER BY reads DESC, ${place}`;
}
