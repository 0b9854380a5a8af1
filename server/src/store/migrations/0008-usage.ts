import type { Migration } from '../migrate';
import { sql } from '../sql';

/**
 * Usage as a vendor reports it, in dated snapshots. The vendor keeps only the newest, so these are the
 * history. A snapshot is what its row in `usage_snapshots` says: its figures and clients are written
 * before it with the same `seen_at`, so that half of one is never read, and the same date told anew
 * with other figures replaces the earlier ones whole.
 */
export const usage: Migration = {
  version: 8,
  name: 'usage',
  statements: (store) => {
    const snapshot = sql`
      source LowCardinality(String),
      vendor LowCardinality(String),
      account String,
      updated_at DateTime64(3, 'UTC'),
      seen_at DateTime64(3, 'UTC'),`;
    return [
      sql`CREATE TABLE IF NOT EXISTS ${store.table('usage_snapshots')} (${snapshot}
          hash String,
          body String CODEC(ZSTD(3)))
        ENGINE = ReplacingMergeTree(seen_at)
        ORDER BY (source, account, updated_at)`,

      sql`CREATE TABLE IF NOT EXISTS ${store.table('usage_figures')} (${snapshot}
          product LowCardinality(String),
          figure LowCardinality(String),
          label String,
          value Float64)
        ENGINE = ReplacingMergeTree
        ORDER BY (figure, product, source, account, updated_at, seen_at, label)`,

      sql`CREATE TABLE IF NOT EXISTS ${store.table('usage_clients')} (${snapshot}
          product LowCardinality(String),
          access_id String,
          client_id String,
          access_type LowCardinality(String),
          auth_method_name String,
          exceeded Int64)
        ENGINE = ReplacingMergeTree
        ORDER BY (source, account, updated_at, seen_at, product, access_id, client_id)`,
    ];
  },
};
