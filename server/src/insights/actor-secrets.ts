import { sql } from '../store/sql';
import { auditFilters } from './audit-filters';
import { boolean, count, key, project, time } from './columns';
import { defineInsight } from './define';
import { allReads, beforeAllReads } from './secret-reads';
import { rollingDays } from './windows';

export const actorSecrets = defineInsight({
  id: 'actor-secrets',
  version: 1,
  title: 'Secrets of an actor',
  about:
    'Every secret that the chosen actors read, and whether it was changed or rotated since: what to rotate when somebody leaves. Folder reads are rows of their own, confidence `bulk`.',
  shape: 'table',
  needs: 'audit',
  defaultWindow: rollingDays(365),
  params: {},
  filters: auditFilters,
  columns: {
    project: project(),
    environment: key('Environment', 'Environment slug'),
    secret_path: key('Secret path', 'Folder of the secret'),
    secret_key: key(
      'Secret key',
      'Name of the secret; empty where a folder with no known secret was read',
    ),
    first_read: time('First read', 'Oldest read in the range'),
    last_read: time('Last read', 'Newest read in the range'),
    reads: count('Reads', 'Read requests that returned the secret'),
    rotated_since: boolean(
      'Rotated since',
      'Whether the secret was changed or rotated after the last read, up to the end of the range; empty where no secret is named',
    ),
    confidence: key('Confidence', 'exact: the secret was named; bulk: its folder was read'),
  },
  before: beforeAllReads,
  query: (relations, before) => {
    const { knownSecrets, rotatedSecrets } = relations;
    const place = sql`project, environment, secret_path, secret_key`;
    return sql`
      SELECT project, environment, secret_path, secret_key, first_read, last_read, reads,
        if(secret_key = '', NULL, CAST(change.changed_at > last_read, 'Bool')) AS rotated_since, confidence
      FROM (
        SELECT ${place}, confidence, min(part.first_read) AS first_read, max(part.last_read) AS last_read, sum(part.reads) AS reads
        FROM (${allReads(relations, before)}) AS part
        GROUP BY ${place}, confidence
      ) AS read
      LEFT JOIN (
        SELECT ${place}, max(at) AS changed_at FROM (
          SELECT ${place}, changed_at AS at FROM ${knownSecrets()}
          UNION ALL
          SELECT ${place}, rotated_at AS at FROM ${rotatedSecrets()}
        ) GROUP BY ${place}
      ) AS change USING (${place})
      ORDER BY ${place}, confidence DESC`;
  },
});
