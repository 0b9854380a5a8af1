import type { Migration } from '../migrate';
import { sql } from '../sql';

/** The history of who looked at single events. */
export const audit: Migration = {
  version: 3,
  name: 'audit',
  statements: (store) => {
    return [
      // Who opened or exported which events. A record is written before the answer and once more, with
      // its number of rows, after it.
      sql`CREATE TABLE IF NOT EXISTS ${store.table('self_audit')} (
        id UUID,
        at DateTime64(3, 'UTC'),
        token LowCardinality(String),
        user String,
        action LowCardinality(String),
        insight LowCardinality(String),
        filters String CODEC(ZSTD(3)),
        rows Nullable(UInt64),
        version UInt8
      )
      ENGINE = ReplacingMergeTree(version)
      PARTITION BY toYYYYMM(at)
      ORDER BY (at, id)`,
    ];
  },
};
