import { bind, sql } from '../store/sql';
import { asOfParam } from './as-of';
import { count, share } from './columns';
import { defineInsight } from './define';
import { day, noWindow, place, placeFilters, staleDaysParam } from './inventory-fields';

export const staleShare = defineInsight({
  id: 'stale-share',
  version: 1,
  title: 'Stale share',
  about:
    'Of each project the part of its secrets that were not changed for more than the days given, the largest first.',
  shape: 'table',
  defaultWindow: noWindow,
  knownFrom: ['inventory'],
  params: { stale_days: staleDaysParam, as_of: asOfParam },
  filters: placeFilters,
  columns: {
    project: place.project,
    stale_share: share('Stale', 'As a part of all secrets of the project'),
    stale_secrets: count('Stale secrets', 'Not changed for more than the days given'),
    total_secrets: count('Secrets', 'Every secret there is'),
  },
  query: ({ param: { stale_days: days }, asOf, secrets }) => sql`
    SELECT project, stale_secrets / total_secrets AS stale_share,
      countIf(updated_at < ${bind.instant(asOf - days * day)}) AS stale_secrets, count() AS total_secrets
    FROM ${secrets('project', 'updated_at')}
    GROUP BY project
    ORDER BY stale_share DESC, project`,
});
