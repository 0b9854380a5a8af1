import { bind, sql } from '../store/sql';
import { asOfParam } from './as-of';
import { key, label, seconds, time } from './columns';
import { defineInsight } from './define';
import { noWindow } from './inventory-fields';
import { usageFilters } from './usage-fields';

export const usageSnapshots = defineInsight({
  id: 'usage-snapshots',
  version: 1,
  title: 'Usage reports',
  about: 'How old the newest usage report of each account is, the oldest first.',
  shape: 'table',
  needs: 'usage',
  defaultWindow: noWindow,
  knownFrom: ['usage'],
  params: { as_of: asOfParam },
  filters: usageFilters,
  columns: {
    account: key('Account', 'Id of the account'),
    age_seconds: seconds('Age', 'Time since the vendor computed it'),
    updated_at: time('Updated', 'When the vendor computed it'),
    source: label('Source', 'The configured connection'),
  },
  query: ({ usageSnapshots: snapshots, asOf }) => sql`
    SELECT account, dateDiff('second', updated_at, ${bind.instant(asOf)}) AS age_seconds, updated_at, toString(source) AS source
    FROM ${snapshots()} ORDER BY age_seconds DESC, account`,
});
