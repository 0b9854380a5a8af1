import type { Row } from '../contract';
import { bind, sql } from '../store/sql';
import type { Sql } from '../store/sql';
import type { StoredRow } from '../store/values';
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
  before: ({ param: { limit, bulk }, limit: wanted, ...relations }) =>
    bulk === 'expand'
      ? beforeAllReads(relations)
      : [relations.mostRead(Math.min(limit, wanted + 1))],
  query: ({ param: { limit, bulk }, limit: wanted, ...relations }, before) => {
    if (bulk === 'expand') return withFolders(relations, before, limit);
    const shown = (before[0] ?? []).slice(0, wanted);
    return shown.length === 0 ? [] : readersOf(relations, shown);
  },
  isReshaped: true,
  after: (rows, { bulk }, { before }) => ({
    rows: bulk === 'expand' ? rows : withReaders(before[0] ?? [], rows),
  }),
});

const place = sql`project, environment, secret_path, secret_key`;

const withFolders = (
  relations: ReadRelations,
  before: readonly StoredRow[][],
  limit: number,
): Sql => sql`
  SELECT ${place}, sum(part.reads) AS reads, uniqExact(part.actor_type, part.actor) AS readers, max(part.last_read) AS last_read
  FROM (${allReads(relations, before)}) AS part
  WHERE secret_key != ''
  GROUP BY ${place}
  ORDER BY reads DESC, ${place} LIMIT ${bind.integer(limit)}`;

/**
 * Who read is looked up for the secrets that are listed alone, as there are as many readers as all secrets have
 * together; their names are values then, so that the primary key leads to them.
 */
const readersOf = ({ readsOf }: ReadRelations, secrets: readonly StoredRow[]): Sql => sql`
  SELECT secret, uniqExact(actor_type, actor) AS readers
  FROM ${readsOf(secrets, 'secret', 'actor_type', 'actor')}
  GROUP BY secret`;

/** The ranking in its order, each secret with its readers; events that came between the two statements show with the next answer. */
function withReaders(secrets: readonly StoredRow[], counted: readonly Row[]): Row[] {
  const readers = new Map(counted.map((row) => [row.secret, row.readers ?? null]));
  return secrets.map(({ secret, ...row }) => ({ ...row, readers: readers.get(secret) ?? null }));
}
