import type { Migration } from '../migrate';
import { sql } from '../sql';
import type { Sql } from '../sql';

/**
 * Counts of closed time. Every row belongs to a generation: one computation of one span of time. Only
 * generations that a span names are read, so a span is replaced by naming another one, at once and
 * whole. Partitioned by month: by day cost up to seven times as much over a year. The last time is kept
 * as the milliseconds since the first: most rows stand for few events, and times take most of the room.
 */
export const rollups: Migration = {
  version: 2,
  name: 'rollups',
  statements: (store) => {
    const rollup = (name: string, columns: Sql, order: Sql): Sql => sql`
      CREATE TABLE IF NOT EXISTS ${store.table(name)} (
        generation UInt32,
        time DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
        source LowCardinality(String),
        vendor LowCardinality(String),
        org_id UUID CODEC(ZSTD(1)),
        project_id LowCardinality(String),
        ${columns}
        events UInt64 CODEC(T64, ZSTD(1)),
        requests UInt64 CODEC(T64, ZSTD(1)),
        first_time DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
        lasted UInt32 CODEC(T64, ZSTD(1)),
        last_time DateTime64(3, 'UTC') ALIAS first_time + toIntervalMillisecond(lasted)
      )
      ENGINE = MergeTree
      PARTITION BY toYYYYMM(time)
      ORDER BY (${order})`;
    return [
      rollup('rollup_day', sql``, sql`project_id, time, generation`),
      rollup(
        'rollup_kind_day',
        sql`event LowCardinality(String),
        environment LowCardinality(String),
        actor_type LowCardinality(String),
        auth_method LowCardinality(String),
        client_type LowCardinality(String),
        outcome LowCardinality(String),`,
        sql`project_id, event, time, generation`,
      ),
      rollup(
        'rollup_actor_day',
        sql`event LowCardinality(String),
        environment LowCardinality(String),
        actor_type LowCardinality(String),
        actor_id LowCardinality(String),
        actor_name LowCardinality(String),
        actor_email LowCardinality(String),
        auth_method LowCardinality(String),
        client_type LowCardinality(String),
        outcome LowCardinality(String),`,
        sql`project_id, event, time, actor_type, actor_id, environment`,
      ),
      rollup(
        'rollup_secret_day',
        sql`event LowCardinality(String),
        environment LowCardinality(String),
        secret_path String CODEC(ZSTD(1)),
        secret_key String CODEC(ZSTD(1)),
        actor_type LowCardinality(String),
        actor_id LowCardinality(String),
        actor_name LowCardinality(String),`,
        sql`project_id, event, time, environment, secret_path, secret_key, actor_id`,
      ),
      rollup(
        'rollup_quarter_hour',
        sql`event LowCardinality(String),
        actor_type LowCardinality(String),
        actor_id LowCardinality(String),`,
        sql`project_id, event, time, actor_id`,
      ),
    ];
  },
};
