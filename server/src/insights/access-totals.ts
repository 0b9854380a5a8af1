import type { Row } from '../contract';
import { sql } from '../store/sql';
import { eventFilters, readsParam } from './access-filters';
import { count } from './columns';
import { defineInsight } from './define';
import { utcDays } from './windows';

export const accessTotals = defineInsight({
  id: 'access-totals',
  version: 1,
  title: 'Access totals',
  about:
    'Requests (all events, refusals with their suppressed repeats) and reads, the distinct actors behind the reads, and the distinct secrets that single reads named.',
  shape: 'numbers',
  defaultWindow: utcDays(7),
  params: { reads: readsParam },
  filters: eventFilters,
  columns: {
    requests: count('Requests', 'All events'),
    reads: count('Reads', 'Read requests'),
    unique_actors: count('Actors', 'Distinct people and machines that read'),
    unique_users: count('People', 'Distinct people that read'),
    unique_machines: count('Machines', 'Distinct machines that read'),
    secrets_named: count(
      'Secrets named',
      'Distinct secrets named by single reads; a bulk read names a folder, not its secrets',
    ),
  },
  isReshaped: true,
  // Each has its own rollup; the engine takes longer to plan them than to answer, and plans them side by side.
  query: ({ events, reads }) => [
    sql`SELECT sum(requests) AS requests FROM ${events('requests')}`,
    sql`
      SELECT sum(requests) AS reads, uniqExact(actor_type, actor) AS unique_actors,
        uniqExactIf((actor_type, actor), actor_kind = 'human') AS unique_users,
        uniqExactIf((actor_type, actor), actor_kind = 'machine') AS unique_machines
      FROM ${reads('actor', 'actor_type', 'actor_kind', 'requests')}`,
    sql`
      SELECT uniqExactIf((project, environment, secret_path, secret_key), secret_key != '') AS secrets_named
      FROM ${reads('project', 'environment', 'secret_path', 'secret_key')}`,
  ],
  after: (figures) => ({ rows: [Object.assign({}, ...figures) as Row] }),
});
