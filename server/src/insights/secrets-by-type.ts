import { sql } from '../store/sql';
import { count, key, share } from './columns';
import { defineInsight } from './define';
import { noWindow } from './inventory-fields';
import { byLabel, figureLabels } from './usage-by-label';
import { usageFilters, usageParams, usualProduct } from './usage-fields';

export const secretsByType = defineInsight({
  id: 'secrets-by-type',
  version: 1,
  title: 'Secrets by type',
  about:
    'Secrets of a product by type, as the newest reports of all accounts count them; for the product sm also what the inventories of sources hold that report none.',
  shape: 'table',
  needs: 'usage',
  defaultWindow: noWindow,
  knownFrom: ['usage', 'inventory'],
  params: usageParams,
  filters: usageFilters,
  columns: {
    label: key('Type', "The vendor's own word for the type"),
    count: count('Secrets', 'Secrets of this type'),
    share: share('Share', 'Part of all secrets'),
  },
  query: ({ usageFigures, items, param: { product = usualProduct } }) => {
    const reported = figureLabels(usageFigures(), 'secrets_by_type', product);
    const held = sql`
      SELECT transform(kind, ['secret', 'dynamic-secret', 'rotation'], ['static_secret', 'dynamic_secret', 'rotation'], kind) AS label, toFloat64(count()) AS count
      FROM ${items(['secret', 'dynamic-secret', 'rotation'], 'kind', 'vendor')} WHERE vendor != 'akeyless' GROUP BY label`;
    return byLabel(
      product === usualProduct ? sql`(SELECT * FROM ${reported} UNION ALL ${held})` : reported,
    );
  },
});
