import { sql } from '../store/sql';
import { eventFilters } from './access-filters';
import { count, key, project, time } from './columns';
import { defineInsight } from './define';
import { allReads, beforeAllReads } from './secret-reads';
import { rollingDays } from './windows';

export const secretReaders = defineInsight({
  id: 'secret-readers',
  version: 1,
  title: 'Secret readers',
  about:
    'Who read each secret, first and last. `exact`: a read named the secret; `bulk`: its folder was read, which returns it, as far as events tell what the folder held. A recursive read names only the folder it began at.',
  shape: 'table',
  needs: 'audit',
  defaultWindow: rollingDays(30),
  params: {},
  filters: eventFilters,
  columns: {
    environment: key('Environment', 'Environment slug'),
    secret_path: key('Secret path', 'Folder of the secret'),
    secret_key: key(
      'Secret key',
      'Name of the secret; empty where a folder with no known secret was read',
    ),
    actor_type: key('Actor type', 'User, Identity, Service and so on'),
    actor_name: key('Actor', "E-mail of a user, name of a machine, else its id, else 'Unknown'"),
    first_read: time('First read', 'Oldest read in the range'),
    last_read: time('Last read', 'Newest read in the range'),
    reads: count('Reads', 'Read requests that returned the secret'),
    confidence: key('Confidence', 'exact: the secret was named; bulk: its folder was read'),
    project: project(),
    actor: key('Actor id', 'Id of the actor; its name where it has none'),
  },
  before: beforeAllReads,
  query: (relations, before) => sql`
    SELECT environment, secret_path, secret_key, actor_type, actor_name, min(part.first_read) AS first_read, max(part.last_read) AS last_read,
      sum(part.reads) AS reads, confidence, project, actor
    FROM (${allReads(relations, before)}) AS part
    GROUP BY environment, secret_path, secret_key, actor_type, actor_name, confidence, project, actor
    ORDER BY project, environment, secret_path, secret_key, confidence DESC, last_read DESC, actor_type, actor_name, actor`,
});
