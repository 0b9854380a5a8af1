import type { Filter } from '../../contract';
import { all, bind, sql } from '../sql';
import type { Sql } from '../sql';
import type { Store } from '../store';
import type { EventRange, ProjectScope } from './events';
import { condition } from './filter';
import type { AsOf } from './inventory';

/**
 * Usage as vendors report it, in dated snapshots. They are of whole accounts, so only who may see all
 * projects sees them. Each call gives a subquery with exactly the named columns.
 */
export interface UsageRelations {
  /** source, account, updated_at, body: the newest snapshot of each account at the moment. */
  usageSnapshots: () => Sql;
  /** account, product, figure, label, value: what those snapshots say. */
  usageFigures: () => Sql;
  /** account, product, access_id, client_id, access_type, auth_method_name, exceeded: the clients in them. */
  usageClients: () => Sql;
  /** account, updated_at, product, figure, label, value: of every snapshot up to the end of the range. */
  usageHistory: () => Sql;
}

export interface UsageContext {
  range: EventRange;
  scope: ProjectScope;
  filters: readonly Filter[];
  asOf: AsOf;
}

const filterColumns: Readonly<Record<string, Sql>> = {
  source: sql`source`,
  vendor: sql`vendor`,
  org: sql`account`,
};

export function usageRelations(
  store: Store,
  { range, scope, filters, asOf }: UsageContext,
): UsageRelations {
  const snapshots = store.table('usage_snapshots');
  const allowed = all([
    ...(scope === null ? [] : [sql`0`]),
    ...filters.flatMap((filter) => {
      const column = filterColumns[filter.field];
      if (!column || filter.values.length === 0) return [];
      return [filter.field === 'org' ? accountCondition(filter) : condition(column, filter)];
    }),
  ]);
  // Two connections can see one account: it counts once, by the newer answer.
  const newest = sql`(
    SELECT source, account, updated_at, seen_at, body FROM ${snapshots} FINAL
    WHERE ${asOf.isNow ? sql`1` : sql`updated_at <= ${bind.instant(asOf.instant)}`} AND ${allowed}
    ORDER BY updated_at DESC, seen_at DESC, source LIMIT 1 BY account)`;
  const key = sql`(source, account, updated_at, seen_at)`;
  const ofNewest = sql`${key} IN (SELECT source, account, updated_at, seen_at FROM ${newest})`;
  return {
    usageSnapshots: () => sql`(SELECT source, account, updated_at, body FROM ${newest})`,
    usageFigures: () => sql`(
      SELECT account, toString(product) AS product, toString(figure) AS figure, label, value
      FROM ${store.table('usage_figures')} FINAL WHERE ${ofNewest})`,
    usageClients: () => sql`(
      SELECT account, toString(product) AS product, access_id, client_id, toString(access_type) AS access_type, auth_method_name, exceeded
      FROM ${store.table('usage_clients')} FINAL WHERE ${ofNewest})`,
    usageHistory: () => sql`(
      SELECT account, updated_at, toString(product) AS product, toString(figure) AS figure, label, value
      FROM ${store.table('usage_figures')} FINAL WHERE ${key} IN (
        SELECT source, account, updated_at, seen_at FROM ${snapshots} FINAL
        WHERE updated_at < ${bind.instant(range.to)} AND ${allowed}
        ORDER BY seen_at DESC, source LIMIT 1 BY account, updated_at))`,
  };
}

/** An account is known by its own id, and by the UUID that its events have (store/org-id.ts). */
function accountCondition(filter: Filter): Sql {
  const named = condition(sql`account`, filter);
  if (filter.op !== 'in' && filter.op !== 'not-in') return named;
  const digits = filter.values.map((value) => value.replaceAll('-', '').toLowerCase());
  const asInEvents = condition(sql`lower(hex(MD5(account)))`, { ...filter, values: digits });
  return filter.op === 'in' ? sql`(${named} OR ${asInEvents})` : all([named, asInEvents]);
}
