import { bind, sql } from '../store/sql';
import { eventFilters } from './access-filters';
import { count, key, share, time } from './columns';
import { defineInsight } from './define';
import { integer } from './params';
import { systemParam } from './usage-fields';
import { rollingDays } from './windows';

export const topUsers = defineInsight({
  id: 'top-users',
  version: 1,
  title: 'Top users',
  about: 'The people with the most requests of any kind, largest first.',
  shape: 'table',
  needs: 'usage',
  defaultWindow: rollingDays(30),
  params: {
    limit: integer('Users', 'How many to list', { min: 1, max: 10_000, preset: 10 }),
    system: systemParam,
  },
  filters: eventFilters,
  columns: {
    user: key('User', "E-mail, else name or id, else 'Unknown'"),
    requests: count('Requests', 'Every call that is in the audit log, good or refused'),
    share: share('Share', 'Part of the requests of all people under the same filters'),
    last_seen: time('Last seen', 'Newest request in the range'),
  },
  query: ({ requests, param: { limit, system } }) => sql`
    SELECT user, total AS requests, total / nullIf(sum(total) OVER (), 0) AS share, last_seen
    FROM (
      SELECT toString(actor_name) AS user, sum(requests) AS total, max(last_time) AS last_seen
      FROM ${requests(system, 'actor_kind', 'actor_name', 'requests', 'last_time')}
      WHERE actor_kind = 'human' GROUP BY user
    )
    ORDER BY requests DESC, user LIMIT ${bind.integer(limit)}`,
});
