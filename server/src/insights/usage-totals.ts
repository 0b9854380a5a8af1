import { bind, sql } from '../store/sql';
import { eventFilters } from './access-filters';
import { asOfParam } from './as-of';
import { count } from './columns';
import { defineInsight } from './define';
import { productParam, systemParam, unknownFigures, usualProduct } from './usage-fields';
import { rollingDays } from './windows';

export const usageTotals = defineInsight({
  id: 'usage-totals',
  version: 1,
  title: 'Usage totals',
  about:
    'Requests and who made them, without what the platforms do of their own accord; and the clients and secrets that accounts report or inventories hold at the moment.',
  shape: 'numbers',
  needs: 'usage',
  defaultWindow: rollingDays(30),
  params: { system: systemParam, product: productParam, as_of: asOfParam },
  filters: eventFilters,
  columns: {
    total_requests: count('Requests', 'Every call that is in the audit log, good or refused'),
    read_requests: count('Reads', 'Requests that handed out a secret'),
    unique_users: count('Users', 'Distinct people'),
    unique_actors: count('Actors', 'Distinct people and machines'),
    service_accounts: count('Service accounts', 'Distinct machine identities and service tokens'),
    applications: count(
      'Applications',
      'Distinct machines whose client is neither the web interface nor a command line',
    ),
    total_clients: count(
      'Clients',
      'Clients of the product as licences count them; empty where no account reports them',
    ),
    total_secrets: count(
      'Secrets',
      'Secrets of the product as accounts report them, and those in the inventories of sources that report none; empty where neither is known',
    ),
  },
  query: ({ requests, reads, usageFigures, secrets, inventoryPolls, param }) => {
    const figures = sql`(
      SELECT if(countIf(figure = 'total_clients') = 0, NULL, toInt64(sumIf(value, figure = 'total_clients'))) AS clients,
        if(countIf(figure = 'total_secrets') = 0, NULL, toInt64(sumIf(value, figure = 'total_secrets'))) AS reported
      FROM ${usageFigures()} WHERE product = ${bind.text(param.product ?? usualProduct)})`;
    const held = sql`(
      SELECT if((SELECT count() FROM ${inventoryPolls()} WHERE isNotNull(known_since)) = 0, NULL, toInt64(count())) AS held
      FROM ${secrets('vendor')} WHERE vendor != 'akeyless')`;
    return sql`
      SELECT total_requests, read_requests, unique_users, unique_actors, service_accounts, applications, clients AS total_clients,
        if(isNull(reported) AND isNull(held), NULL, ifNull(reported, 0) + ifNull(held, 0)) AS total_secrets
      FROM (
        SELECT sum(requests) AS total_requests,
          uniqExactIf((actor_type, actor), actor_kind = 'human') AS unique_users,
          uniqExactIf((actor_type, actor), actor_kind != 'system') AS unique_actors,
          uniqExactIf((actor_type, actor), actor_type IN ('Identity', 'Service')) AS service_accounts,
          uniqExactIf((actor_type, actor), actor_kind = 'machine' AND client_type NOT IN ('web', 'cli')) AS applications
        FROM ${requests(param.system, 'actor', 'actor_type', 'actor_kind', 'client_type', 'requests')}
      ) AS acted
      CROSS JOIN (SELECT sum(requests) AS read_requests FROM ${reads('requests')}) AS got
      CROSS JOIN ${figures} AS figures
      CROSS JOIN ${held} AS inventory`;
  },
  after: (rows) => ({
    rows,
    notices: unknownFigures(rows[0], ['total_clients', 'total_secrets']),
  }),
});
