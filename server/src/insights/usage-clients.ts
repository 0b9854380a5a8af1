import { bind, sql } from '../store/sql';
import type { Sql } from '../store/sql';
import type { Relations } from '../store/relations/relations';
import { count, key, label, time } from './columns';
import type { Columns } from './columns';

export const clientColumns = {
  client: key('Client', 'Who it is: its own id, else its auth method, else its access id'),
  auth_method: label('Auth method', "The vendor's own word for the way to sign in"),
  product: key('Product', "The vendor's key of the product"),
  access_id: key('Access id', 'Id of the auth method'),
  exceeded: count(
    'Exceeded',
    'By how much it goes over its share of the licence; 0 where it does not',
  ),
  last_seen: time(
    'Last seen',
    'Its newest request in the range; else when its auth method was last used; empty where neither is known',
  ),
  auth_method_name: label('Auth method name', 'Name of the auth method'),
  account: key('Account', 'Id of the account'),
} satisfies Columns;

/** The clients of the newest reports, those that go over their share first. */
export function clientsQuery(
  { usageClients, requests, items }: Pick<Relations, 'usageClients' | 'requests' | 'items'>,
  product: string | undefined,
  only: Sql,
): Sql {
  const id = sql`if(client_id IN ('', access_id), access_id, concat(access_id, '/', client_id))`;
  return sql`
    SELECT multiIf(client_id != '', client_id, auth_method_name != '', auth_method_name, access_id) AS client,
      access_type AS auth_method, product, access_id, exceeded,
      multiIf(acted.actor != '', toNullable(acted.at), method.id != '', method.used_at, NULL) AS last_seen, auth_method_name, account
    FROM (
      SELECT *, ${id} AS actor FROM ${usageClients()}
      WHERE ${product === undefined ? sql`1` : sql`product = ${bind.text(product)}`} AND ${only}
    ) AS reported
    LEFT JOIN (
      SELECT toString(actor) AS actor, max(last_time) AS at FROM ${requests('include', 'actor', 'last_time')} GROUP BY actor
    ) AS acted ON reported.actor = acted.actor
    LEFT ANY JOIN ${items(['auth-method'], 'id', 'used_at')} AS method ON reported.access_id = method.id
    ORDER BY exceeded DESC, client, product, access_id, account`;
}
