import { count, key, share } from './columns';
import { defineInsight } from './define';
import { noWindow } from './inventory-fields';
import { byLabel, figureLabels } from './usage-by-label';
import { usageFilters, usageParams, usualProduct } from './usage-fields';

export const clientsByAuthMethod = defineInsight({
  id: 'clients-by-auth-method',
  version: 1,
  title: 'Clients by auth method',
  about:
    'Clients of a product by the way they sign in, as the newest reports of all accounts count them.',
  shape: 'table',
  needs: 'usage',
  defaultWindow: noWindow,
  knownFrom: ['usage'],
  params: usageParams,
  filters: usageFilters,
  columns: {
    label: key('Auth method', "The vendor's own word for the way to sign in"),
    count: count('Clients', 'Clients that sign in so'),
    share: share('Share', 'Part of all clients of the product'),
  },
  query: ({ usageFigures, param: { product } }) =>
    byLabel(figureLabels(usageFigures(), 'clients_by_auth_method', product ?? usualProduct)),
});
