import { readEvents } from '../src/sources/infisical/labels';
import { bind, sql } from '../src/store/sql';
import type { Sql } from '../src/store/sql';

export interface NaiveRange {
  from: number;
  to: number;
  table: Sql;
  zone: string;
}

/**
 * What a careful user would write over raw events in Grafana's ClickHouse data source: plain SQL,
 * distinct by id because Infisical delivers events again. The table's typed columns are used, which
 * Infisical's own table lacks: there each would have to be read from JSON, at several times the cost.
 */
export const naiveQueries: Record<string, (range: NaiveRange) => Sql> = {
  'access-volume': (range) => sql`
    SELECT toStartOfDay(createdAt, ${bind.text(range.zone)}) AS day, uniqExact(id) AS reads
    FROM ${range.table} WHERE ${reads(range)} GROUP BY day ORDER BY day`,
  'top-actors': (range) => sql`
    SELECT actor, actor_name AS name, uniqExact(id) AS reads
    FROM ${range.table} WHERE ${reads(range)} GROUP BY actor, name ORDER BY reads DESC LIMIT 5`,
  'auth-methods': (range) => sql`
    SELECT actor, auth_method AS method, uniqExact(id) AS reads
    FROM ${range.table} WHERE ${reads(range)} GROUP BY actor, method ORDER BY reads DESC`,
  'access-breakdown': (range) => sql`
    SELECT environment, uniqExact(id) AS reads, uniqExact(actor, actor_id) AS actors
    FROM ${range.table} WHERE ${reads(range)} GROUP BY environment ORDER BY reads DESC`,
  'access-totals': (range) => sql`
    SELECT uniqExactIf(id, ${isRead}) AS reads, uniqExact(id) AS requests,
      uniqExactIf((actor, actor_id), ${isRead}) AS actors,
      uniqExactIf((projectId, environment, secret_path, secret_key), ${isRead} AND secret_key != '') AS secrets
    FROM ${range.table} WHERE ${within(range)}`,
};

const isRead = sql`eventType IN ${bind.texts(readEvents)}`;
const within = ({ from, to }: NaiveRange): Sql =>
  sql`createdAt >= ${bind.instant(from)} AND createdAt < ${bind.instant(to)}`;
const reads = (range: NaiveRange): Sql => sql`${within(range)} AND ${isRead}`;
