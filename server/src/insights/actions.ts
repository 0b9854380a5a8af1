import { bind, sql } from '../store/sql';
import { eventFilters } from './access-filters';
import { count, key, share, time } from './columns';
import { defineInsight } from './define';
import { integer } from './params';
import { systemParam } from './usage-fields';
import { rollingDays } from './windows';

export const actions = defineInsight({
  id: 'actions',
  version: 1,
  title: 'Actions',
  about: 'Requests by what was asked for, most frequent first.',
  shape: 'table',
  needs: 'usage',
  defaultWindow: rollingDays(30),
  params: {
    limit: integer('Actions', 'How many to list', { min: 1, max: 10_000, preset: 10 }),
    system: systemParam,
  },
  filters: eventFilters,
  columns: {
    action: key('Action', "The vendor's own name of the action or event type"),
    requests: count('Requests', 'Every call that is in the audit log, good or refused'),
    share: share('Share', 'Part of all requests under the same filters'),
    last_seen: time('Last seen', 'Newest request in the range'),
    class: key('Class', 'management, authentication, authorization or data-access'),
  },
  query: ({ requests, param: { limit, system } }) => sql`
    SELECT action, total AS requests, total / nullIf(sum(total) OVER (), 0) AS share, last_seen, class
    FROM (
      SELECT toString(event) AS action, any(class) AS class, sum(requests) AS total, max(last_time) AS last_seen
      FROM ${requests(system, 'event', 'class', 'requests', 'last_time')} GROUP BY action
    )
    ORDER BY requests DESC, action LIMIT ${bind.integer(limit)}`,
});
