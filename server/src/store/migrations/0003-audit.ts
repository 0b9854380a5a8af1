import type { Migration } from '../migrate';
import { sql } from '../sql';

/** What searching single events needs beside the counts, and the history of who looked at them. */
export const audit: Migration = {
  version: 3,
  name: 'audit',
  statements: (store) => {
    const events = store.table('infisical_events');
    return [
      // Secrets that an event about several of them lists: by name where it changed them, by id where it read them.
      sql`ALTER TABLE ${events} ADD COLUMN IF NOT EXISTS secret_keys Array(LowCardinality(String))
        MATERIALIZED arrayMap(each -> JSONExtractString(each, 'secretKey'), JSONExtractArrayRaw(eventMetadata, 'secrets'))`,
      sql`ALTER TABLE ${events} ADD COLUMN IF NOT EXISTS secret_ids Array(String)
        MATERIALIZED if(JSONHas(eventMetadata, 'secretIds'), JSONExtract(eventMetadata, 'secretIds', 'Array(String)'),
          arrayMap(each -> JSONExtractString(each, 'secretId'), JSONExtractArrayRaw(eventMetadata, 'secrets')))`,

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
