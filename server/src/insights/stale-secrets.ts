import { bind, sql } from '../store/sql';
import { asOfParam } from './as-of';
import { count, time } from './columns';
import { defineInsight } from './define';
import {
  day,
  inventoryFilters,
  link,
  noWindow,
  place,
  secretKey,
  staleDaysParam,
} from './inventory-fields';

export const staleSecrets = defineInsight({
  id: 'stale-secrets',
  version: 1,
  title: 'Stale secrets',
  about:
    'Secrets that were not changed for more than the days given, the oldest first. Exactly that many days is not stale yet. The summary has their whole number, however many are listed here.',
  shape: 'table',
  defaultWindow: noWindow,
  knownFrom: ['inventory'],
  params: { stale_days: staleDaysParam, as_of: asOfParam },
  filters: inventoryFilters,
  columns: {
    secret_key: secretKey,
    ...place,
    last_updated_at: time('Last updated', 'When the secret was last changed'),
    days_since_update: count('Days since update', 'Whole days of 24 hours since then', {
      unit: 'd',
    }),
    link,
  },
  query: ({ param: { stale_days: days }, asOf, secrets }) => sql`
    SELECT secret_key, project, environment, secret_path, updated_at AS last_updated_at,
      intDiv(${bind.integer(asOf)} - toUnixTimestamp64Milli(assumeNotNull(updated_at)), ${bind.integer(day)}) AS days_since_update,
      CAST(NULL, 'Nullable(String)') AS link, source, org, id
    FROM ${secrets('secret_key', 'project', 'environment', 'secret_path', 'updated_at', 'source', 'org', 'id')}
    WHERE updated_at < ${bind.instant(asOf - days * day)}
    ORDER BY updated_at, project, environment, secret_path, secret_key, id`,
  after: (rows, _, told) => ({
    rows: rows.map((row) => ({
      ...row,
      link: told.linkTo('secret', row, {
        org_id: row.org,
        project_id: row.project,
        environment: row.environment,
        secret_path: row.secret_path,
        secret_key: row.secret_key,
        secret_id: row.id,
      }),
    })),
  }),
});
