import { sql } from '../../store/sql';
import type { ReminderEvents } from '../../store/vendor';

const repeatDays = sql`JSONExtract(stored.event_metadata, 'repeatDays', 'Nullable(UInt32)')`;

/**
 * Infisical has no list of reminders, but writes an event whenever one is set, anew or changed, and when
 * one is removed. Without a date the first one is due after its days, as Infisical computes it.
 */
export const reminderEvents: ReminderEvents = {
  set: ['create-secret-reminder'],
  removed: ['delete-secret-reminder'],
  secretId: sql`JSONExtractString(stored.event_metadata, 'secretId')`,
  nextAt: sql`coalesce(
    parseDateTime64BestEffortOrNull(JSONExtractString(stored.event_metadata, 'nextReminderDate'), 3, 'UTC'),
    toDateTime64(stored.event_time, 3, 'UTC') + toIntervalDay(nullIf(${repeatDays}, 0)))`,
  repeatDays,
  message: sql`JSONExtractString(stored.event_metadata, 'message')`,
};
