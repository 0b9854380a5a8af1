import { sql } from '../store/sql';
import { eventFilters, readsParam } from './access-filters';
import { count, key, share } from './columns';
import { defineInsight } from './define';
import { rollingDays } from './windows';

export const authMethods = defineInsight({
  id: 'auth-methods',
  version: 1,
  title: 'Authentication methods',
  about:
    'How the actors behind read requests had signed in. Unknown is a user or identity whose event was written before Infisical recorded the method.',
  shape: 'table',
  defaultWindow: rollingDays(30),
  params: { reads: readsParam },
  filters: eventFilters,
  columns: {
    auth_method: key('Method', 'Label as Infisical shows it; an unlisted method as it is'),
    reads: count('Reads', 'Read requests'),
    share: share('Share', 'Part of all reads under the same filters'),
  },
  query: ({ reads }) => sql`
    SELECT auth_method, sum(requests) AS reads, reads / nullIf(sum(reads) OVER (), 0) AS share
    FROM ${reads('auth_method', 'requests')}
    GROUP BY auth_method ORDER BY reads DESC, auth_method`,
});
