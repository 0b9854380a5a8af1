import { bind, sql } from '../store/sql';
import { eventFilters } from './access-filters';
import { count, key, project, time } from './columns';
import { defineInsight } from './define';
import { choice, integer } from './params';
import { allReads, namedReads } from './secret-reads';
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
  query: ({ param: { limit, bulk }, ...relations }) => sql`
    SELECT project, environment, secret_path, secret_key, sum(part.reads) AS reads, uniqExact(part.actor_type, part.actor) AS readers, max(part.last_read) AS last_read
    FROM (${bulk === 'expand' ? allReads(relations) : namedReads(relations)}) AS part
    WHERE secret_key != ''
    GROUP BY project, environment, secret_path, secret_key
    ORDER BY reads DESC, project, environment, secret_path, secret_key LIMIT ${bind.integer(limit)}`,
});
