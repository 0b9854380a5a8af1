import type { Migration } from '../migrate';
import { sql } from '../sql';

/**
 * Audit records of Akeyless, with the columns of the other events and, beside them, its own. Filters
 * and groups read the same types as in `infisical_events`, or a union of both would lose the fast
 * dictionary of names. An id is the hash of the record; the account's id became a UUID (store/org-id.ts).
 */
export const akeylessEvents: Migration = {
  version: 7,
  name: 'akeyless-events',
  statements: (store) => [
    sql`CREATE TABLE IF NOT EXISTS ${store.table('akeyless_events')} (
      id UUID,
      time DateTime64(6, 'UTC') CODEC(DoubleDelta, ZSTD(3)),
      org_id UUID,
      account_id LowCardinality(String),
      product LowCardinality(String),
      action LowCardinality(String),
      item_type LowCardinality(String),
      status UInt16,
      duration_ms Nullable(Float64),
      access_id LowCardinality(String),
      unique_id LowCardinality(String),
      access_type LowCardinality(String),
      actor_type LowCardinality(String),
      actor_id LowCardinality(String),
      actor_name LowCardinality(String),
      actor_email LowCardinality(String),
      secret_path LowCardinality(String),
      secret_key LowCardinality(String),
      secret_keys Array(LowCardinality(String)),
      remote_addr String,
      address IPv6 MATERIALIZED toIPv6OrDefault(remote_addr),
      client_type LowCardinality(String),
      user_agent LowCardinality(String),
      outcome LowCardinality(String),
      event_metadata String CODEC(ZSTD(3)),
      actor_metadata String CODEC(ZSTD(3)),
      received_at DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(3)),
      source LowCardinality(String),
      INDEX actions action TYPE set(64) GRANULARITY 1,
      INDEX addresses remote_addr TYPE bloom_filter(0.01) GRANULARITY 1,
      INDEX ids id TYPE bloom_filter(0.01) GRANULARITY 1,
      INDEX metadata_tokens event_metadata TYPE tokenbf_v1(4096, 3, 0) GRANULARITY 1
    )
    ENGINE = ReplacingMergeTree
    PARTITION BY toYYYYMM(time)
    ORDER BY (org_id, time, id, source)
    SETTINGS index_granularity = 2048`,
  ],
};
