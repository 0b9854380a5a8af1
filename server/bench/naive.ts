import type { InsightQuery } from '../src/contract';
import { readEvents } from '../src/sources/infisical/labels';
import { bind, sql } from '../src/store/sql';
import type { Sql } from '../src/store/sql';

export interface NaiveRange {
  from: number;
  to: number;
  table: Sql;
  zone: string;
}

const everyRange = [7, 30, 90, 365];
const beyondRollups = [7, 30, 90];
/** Of the reader who is in front. */
const anAddress = '10.0.0.7';

/** A question as a user of ours asks it, and as SQL over raw events. */
export interface Pair {
  query: InsightQuery;
  /** Where only UTC is asked, a zone changes nothing: these ranges begin and end with days of UTC. */
  zones: readonly string[];
  /** Ranges in days; over longer ones the question by hand takes more memory than there is. */
  ranges: readonly number[];
  raw: (range: NaiveRange) => Sql;
}

/**
 * What a careful user would write over raw events in Grafana's ClickHouse data source: plain SQL,
 * distinct by id because Infisical delivers events again. The table's typed columns are used, which
 * Infisical's own table lacks: there each would have to be read from JSON, at several times the cost.
 */
export const pairs: readonly Pair[] = [
  {
    query: { insight: 'access-volume' },
    zones: ['UTC', 'Asia/Kolkata'],
    ranges: everyRange,
    raw: (range) => sql`
    SELECT toStartOfDay(createdAt, ${bind.text(range.zone)}) AS day, uniqExact(id) AS reads
    FROM ${range.table} WHERE ${reads(range)} GROUP BY day ORDER BY day`,
  },
  {
    query: { insight: 'top-actors' },
    zones: ['UTC'],
    ranges: everyRange,
    raw: (range) => sql`
    SELECT actor, actor_name AS name, uniqExact(id) AS reads
    FROM ${range.table} WHERE ${reads(range)} GROUP BY actor, name ORDER BY reads DESC LIMIT 5`,
  },
  {
    query: { insight: 'auth-methods' },
    zones: ['UTC'],
    ranges: everyRange,
    raw: (range) => sql`
    SELECT actor, auth_method AS method, uniqExact(id) AS reads
    FROM ${range.table} WHERE ${reads(range)} GROUP BY actor, method ORDER BY reads DESC`,
  },
  {
    query: { insight: 'access-breakdown' },
    zones: ['UTC'],
    ranges: everyRange,
    raw: (range) => sql`
    SELECT environment, uniqExact(id) AS reads, uniqExact(actor, actor_id) AS actors
    FROM ${range.table} WHERE ${reads(range)} GROUP BY environment ORDER BY reads DESC`,
  },
  {
    query: { insight: 'access-totals' },
    zones: ['UTC'],
    ranges: everyRange,
    raw: (range) => sql`
    SELECT uniqExactIf(id, ${isRead}) AS reads, uniqExact(id) AS requests,
      uniqExactIf((actor, actor_id), ${isRead}) AS actors,
      uniqExactIf((projectId, environment, secret_path, secret_key), ${isRead} AND secret_key != '') AS secrets
    FROM ${range.table} WHERE ${within(range)}`,
  },
  {
    query: { insight: 'top-secrets' },
    zones: ['UTC'],
    ranges: everyRange,
    raw: (range) => sql`
    SELECT projectId, environment, secret_path, secret_key, uniqExact(id) AS reads, uniqExact(actor, actor_id) AS readers
    FROM ${range.table} WHERE ${reads(range)} AND secret_key != ''
    GROUP BY projectId, environment, secret_path, secret_key ORDER BY reads DESC LIMIT 10`,
  },
  // No rollup keeps user agents or addresses: both sides read events.
  {
    query: { insight: 'access-breakdown', params: { by: ['user_agent'] } },
    zones: ['UTC'],
    ranges: beyondRollups,
    raw: (range) => sql`
    SELECT userAgent, uniqExact(id) AS reads, uniqExact(actor, actor_id) AS actors
    FROM ${range.table} WHERE ${reads(range)} GROUP BY userAgent ORDER BY reads DESC`,
  },
  {
    query: { insight: 'access-volume', filters: [{ field: 'ip', op: 'in', values: [anAddress] }] },
    zones: ['UTC'],
    ranges: beyondRollups,
    raw: (range) => sql`
    SELECT toStartOfDay(createdAt, ${bind.text(range.zone)}) AS day, uniqExact(id) AS reads
    FROM ${range.table} WHERE ${reads(range)} AND ipAddress = ${bind.text(anAddress)} GROUP BY day ORDER BY day`,
  },
];

const isRead = sql`eventType IN ${bind.texts(readEvents)}`;
const within = ({ from, to }: NaiveRange): Sql =>
  sql`createdAt >= ${bind.instant(from)} AND createdAt < ${bind.instant(to)}`;
const reads = (range: NaiveRange): Sql => sql`${within(range)} AND ${isRead}`;
