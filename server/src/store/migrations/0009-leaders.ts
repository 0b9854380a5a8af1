import type { Migration } from '../migrate';
import { sql } from '../sql';

/**
 * Which of several servers writes. A claim is a row with the next term, renewed under its own key, so
 * that nobody's row is ever overwritten by another's; the newest term fences all older ones off.
 */
export const leaders: Migration = {
  version: 9,
  name: 'leaders',
  statements: (store) => [
    sql`CREATE TABLE IF NOT EXISTS ${store.table('leaders')} (
      term UInt64,
      holder String,
      url String,
      released Bool,
      renewed_at DateTime64(3, 'UTC')
    )
    ENGINE = ReplacingMergeTree(renewed_at)
    ORDER BY (term, holder)`,
    // Of whoever wrote the entry; entries from before are of term 0.
    sql`ALTER TABLE ${store.table('state_log')} ADD COLUMN IF NOT EXISTS term UInt64`,
  ],
};
