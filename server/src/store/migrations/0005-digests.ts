import type { Migration } from '../migrate';
import { sql } from '../sql';

/**
 * What a poll works out of values, without them: keyed digests, and which secrets break which rule.
 * Of now alone, never of the past. A partition is one project of one source, so that a poll replaces
 * its rows in one step and what was replaced is really gone.
 */
export const digests: Migration = {
  version: 5,
  name: 'digests',
  statements: (store) => {
    const secret = sql`
      source LowCardinality(String),
      org_id String,
      project_id String,
      environment LowCardinality(String),
      secret_path String,
      secret_key String,
      secret_id String`;
    return [
      sql`CREATE TABLE IF NOT EXISTS ${store.table('secret_digests')} (${secret},
        key_id LowCardinality(String),
        digest String
      )
      ENGINE = MergeTree
      PARTITION BY (source, project_id)
      ORDER BY (digest, secret_id)`,

      sql`CREATE TABLE IF NOT EXISTS ${store.table('rule_verdicts')} (${secret},
        rule_name LowCardinality(String),
        constraint_type LowCardinality(String),
        violation String
      )
      ENGINE = MergeTree
      PARTITION BY (source, project_id)
      ORDER BY (rule_name, environment, secret_path, secret_key, secret_id)`,
    ];
  },
};
