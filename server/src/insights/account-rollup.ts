import { bind, sql } from '../store/sql';
import { count, key, label, time } from './columns';
import { defineInsight } from './define';
import { noWindow } from './inventory-fields';
import { usageFilters, usageParams, usualProduct } from './usage-fields';

export const accountRollup = defineInsight({
  id: 'account-rollup',
  version: 1,
  title: 'Accounts',
  about:
    'Each account beside the others: clients and secrets of a product in its newest report; for the product sm also what the inventory holds of organisations that report none.',
  shape: 'table',
  needs: 'usage',
  defaultWindow: noWindow,
  knownFrom: ['usage', 'inventory'],
  params: usageParams,
  filters: usageFilters,
  columns: {
    account: key('Account', 'Id of the account or organisation'),
    total_clients: count('Clients', 'Clients of the product; empty where not reported'),
    total_secrets: count('Secrets', 'Secrets of the product; empty where not known'),
    exceeded: count('Exceeded', 'Clients that go over their share; empty where not reported'),
    updated_at: time('Updated', 'When the vendor computed it, or the inventory changed last'),
    source: label('Source', 'The configured connection'),
  },
  query: ({ usageSnapshots, usageFigures, secrets, param: { product = usualProduct } }) => {
    const figure = (name: string) =>
      sql`if(countIf(figure = ${bind.text(name)}) = 0, NULL, toInt64(sumIf(value, figure = ${bind.text(name)})))`;
    const reported = sql`
      SELECT snapshot.account AS account, clients AS total_clients, held AS total_secrets, over AS exceeded, updated_at, source
      FROM ${usageSnapshots()} AS snapshot
      LEFT JOIN (
        SELECT account, ${figure('total_clients')} AS clients, ${figure('total_secrets')} AS held, ${figure('exceeded_clients')} AS over
        FROM ${usageFigures()} WHERE product = ${bind.text(product)} GROUP BY account
      ) AS figures ON snapshot.account = figures.account`;
    const counted = sql`
      SELECT org AS account, NULL, toNullable(toInt64(count())), NULL, max(seen_at), any(source)
      FROM ${secrets('org', 'source', 'vendor', 'seen_at')} WHERE vendor != 'akeyless' GROUP BY account`;
    return sql`SELECT account, total_clients, total_secrets, exceeded, updated_at, toString(source) AS source
      FROM (${product === usualProduct ? sql`${reported} UNION ALL ${counted}` : reported}) ORDER BY account, source`;
  },
});
