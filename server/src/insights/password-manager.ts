import { sql } from '../store/sql';
import { asOfParam } from './as-of';
import { count } from './columns';
import { defineInsight } from './define';
import { noWindow } from './inventory-fields';
import { unknownFigures, usageFilters } from './usage-fields';

/** The keys under which password managers were seen in reports. */
const products = sql`('pm', 'apm')`;

export const passwordManager = defineInsight({
  id: 'password-manager',
  version: 1,
  title: 'Password manager',
  about:
    'People who use the password manager and the passwords they keep in it, as the newest reports of all accounts count them.',
  shape: 'numbers',
  needs: 'usage',
  defaultWindow: noWindow,
  knownFrom: ['usage'],
  params: { as_of: asOfParam },
  filters: usageFilters,
  columns: {
    users: count('Users', 'Clients of the password manager; empty where not reported'),
    passwords: count('Passwords', 'Items kept in it; empty where not reported'),
  },
  query: ({ usageFigures }) => sql`
    SELECT if(countIf(figure = 'total_clients') = 0, NULL, toInt64(sumIf(value, figure = 'total_clients'))) AS users,
      if(countIf(figure = 'total_secrets') = 0, NULL, toInt64(sumIf(value, figure = 'total_secrets'))) AS passwords
    FROM ${usageFigures()} WHERE product IN ${products}`,
  after: (rows) => ({ rows, notices: unknownFigures(rows[0], ['users', 'passwords']) }),
});
