import type { Migration } from '../migrate';
import { sql } from '../sql';

/**
 * What events say of reminders, kept when the events themselves expire: no vendor lists its reminders,
 * so one that was set two years ago is known from its event alone. Without recipients and actors, which
 * nothing here needs.
 *
 * Filled by an ordinary materialized view, which elsewhere here is avoided because it counts redelivered
 * batches twice. Here nothing is counted: of a secret's events the newest by time and id is taken, and
 * a copy of it is equal to it, so redelivery changes no answer; the engine drops the copies in time.
 */
export const reminders: Migration = {
  version: 6,
  name: 'reminders',
  statements: (store) => {
    const table = store.table('reminder_events');
    const events = store.table('infisical_events');
    const ofReminders = sql`
      SELECT toString(orgId) AS org_id, source, id, createdAt AS time, JSONExtractString(eventMetadata, 'secretId') AS secret_id,
        eventType = 'delete-secret-reminder' AS removed,
        JSONExtract(eventMetadata, 'repeatDays', 'Nullable(UInt32)') AS repeat_days,
        coalesce(
          parseDateTime64BestEffortOrNull(JSONExtractString(eventMetadata, 'nextReminderDate'), 3, 'UTC'),
          toDateTime64(createdAt, 3, 'UTC') + toIntervalDay(nullIf(repeat_days, 0))) AS next_at,
        JSONExtractString(eventMetadata, 'message') AS message
      FROM ${events}
      WHERE eventType IN ('create-secret-reminder', 'delete-secret-reminder') AND secret_id != ''`;
    const columns = sql`org_id, source, id, time, secret_id, removed, repeat_days, next_at, message`;
    return [
      sql`CREATE TABLE IF NOT EXISTS ${table} (
        org_id String,
        source LowCardinality(String),
        id UUID,
        time DateTime64(6, 'UTC'),
        secret_id String,
        removed Bool,
        repeat_days Nullable(UInt32),
        next_at Nullable(DateTime64(3, 'UTC')),
        message String CODEC(ZSTD(3))
      )
      ENGINE = ReplacingMergeTree
      ORDER BY (org_id, secret_id, time, id)`,
      sql`CREATE MATERIALIZED VIEW IF NOT EXISTS ${store.table('reminder_events_feed')} TO ${table} AS ${ofReminders}`,
      // What came before; an event that comes in between is there twice, which changes nothing.
      sql`INSERT INTO ${table} (${columns}) SELECT ${columns} FROM (${ofReminders})`,
    ];
  },
};
