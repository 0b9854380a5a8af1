import type { Migration } from '../migrate';
import { sql } from '../sql';

/**
 * What secret managers hold, without values. Kept change by change and not as daily copies: the log
 * answers for any instant, and grows with changes instead of with polls (docs/decisions.md).
 */
export const inventory: Migration = {
  version: 4,
  name: 'inventory',
  statements: (store) => {
    const columns = sql`
      source LowCardinality(String),
      vendor LowCardinality(String),
      org_id String,
      project_id String,
      kind LowCardinality(String),
      id String,
      name String,
      environment LowCardinality(String),
      secret_path String,
      type LowCardinality(String),
      state LowCardinality(String),
      created_at Nullable(DateTime64(3, 'UTC')),
      updated_at Nullable(DateTime64(3, 'UTC')),
      used_at Nullable(DateTime64(3, 'UTC')),
      last_rotated_at Nullable(DateTime64(3, 'UTC')),
      last_attempt_at Nullable(DateTime64(3, 'UTC')),
      next_rotation_at Nullable(DateTime64(3, 'UTC')),
      rotation_interval Nullable(UInt32),
      is_auto_rotated Nullable(Bool),
      rotation_id String,
      secret_keys Array(String),
      versions Nullable(UInt32),
      message String CODEC(ZSTD(3)),
      comment String CODEC(ZSTD(3)),
      attributes String CODEC(ZSTD(3)),
      seen_at DateTime64(3, 'UTC'),
      gone Bool,
      hash UInt64`;
    return [
      sql`CREATE TABLE IF NOT EXISTS ${store.table('inventory_history')} (${columns})
        ENGINE = ReplacingMergeTree
        PARTITION BY toYYYYMM(seen_at)
        ORDER BY (kind, source, project_id, id, seen_at)`,

      // The newest row of each item, gone ones included: most questions are about today.
      sql`CREATE TABLE IF NOT EXISTS ${store.table('inventory_current')} (${columns})
        ENGINE = ReplacingMergeTree(seen_at)
        ORDER BY (kind, source, project_id, id)`,

      // Every attempt to ask a source, good or bad: before the first good one its figures are unknown.
      sql`CREATE TABLE IF NOT EXISTS ${store.table('inventory_polls')} (
        source LowCardinality(String),
        kind_of_poll LowCardinality(String),
        project_id String,
        started_at DateTime64(3, 'UTC'),
        finished_at DateTime64(3, 'UTC'),
        ok Bool,
        error String,
        items UInt64,
        changed UInt64,
        gone UInt64
      )
      ENGINE = MergeTree
      PARTITION BY toYYYYMM(started_at)
      ORDER BY (source, kind_of_poll, started_at)`,
    ];
  },
};
