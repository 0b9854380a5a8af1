import { bind, sql } from '../store/sql';
import { eventFilters, readsParam } from './access-filters';
import { count, key, label, share } from './columns';
import { defineInsight } from './define';
import { choice, integer } from './params';
import { utcDays } from './windows';

export const topActors = defineInsight({
  id: 'top-actors',
  version: 1,
  title: 'Top actors',
  about: 'The people and machines with the most read requests, largest first.',
  shape: 'table',
  defaultWindow: utcDays(7),
  params: {
    limit: integer('Actors', 'How many to list', { min: 1, max: 1000, preset: 5 }),
    merge: choice(
      'Namesakes',
      'name: actors of one type and name count together, as Infisical shows them; id: apart',
      ['name', 'id'],
      'name',
    ),
    reads: readsParam,
  },
  filters: eventFilters,
  columns: {
    actor_type: key('Type', 'User, Identity, Service and so on'),
    actor_name: key('Actor', "E-mail of a user, name of a machine, else its id, else 'Unknown'"),
    label: label('Label', 'Type, name and reads in one line, as Infisical writes it'),
    reads: count('Reads', 'Read requests'),
    share: share('Share', 'Part of all reads under the same filters'),
  },
  query: ({ reads, param: { limit, merge } }) => sql`
    SELECT actor_type, actor_name, '' AS label, reads, reads / nullIf(sum(reads) OVER (), 0) AS share
    FROM (
      SELECT actor_type, actor_name, ${merge === 'id' ? sql`actor` : sql`''`} AS namesake, sum(requests) AS reads
      FROM ${reads('actor_type', 'actor_name', 'actor', 'requests')}
      GROUP BY actor_type, actor_name, namesake
    )
    ORDER BY reads DESC, actor_type, actor_name, namesake LIMIT ${bind.integer(limit)}`,
  after: (rows) => ({
    rows: rows.map((row) => ({
      ...row,
      label: `${String(row.actor_type)}: ${String(row.actor_name)} (${thousands.format(Number(row.reads))})`,
    })),
  }),
});

const thousands = new Intl.NumberFormat('en-US');
