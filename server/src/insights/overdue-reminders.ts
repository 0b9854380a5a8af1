import { bind, sql } from '../store/sql';
import { asOfParam } from './as-of';
import { seconds } from './columns';
import { defineInsight } from './define';
import { inventoryFilters, noWindow, recurringParam, reminderColumns } from './inventory-fields';
import { describeReminder, reminderRows } from './reminder-rows';

export const overdueReminders = defineInsight({
  id: 'overdue-reminders',
  version: 1,
  title: 'Overdue reminders',
  about:
    'Reminders of secrets whose date has passed, the oldest first. One that comes again is never among them unless dates are taken as stored. Infisical drops a reminder that comes once after it mailed it and writes no event of that: here it stays until one sets or removes it.',
  shape: 'table',
  defaultWindow: noWindow,
  knownFrom: ['reminders'],
  params: { recurring: recurringParam, as_of: asOfParam },
  filters: inventoryFilters,
  columns: {
    ...reminderColumns,
    // Names the row, so that the number that an alert rule gets is the one below.
    repeat_days: { ...reminderColumns.repeat_days, isKey: true },
    overdue_seconds: seconds('Overdue for', 'Since its date'),
  },
  query: ({ param: { recurring }, asOf, ...relations }) => sql`
    SELECT secret_key, project, environment, secret_path, next_reminder_at, message, repeat_days, status, link,
      intDiv(${bind.integer(asOf)} - toUnixTimestamp64Milli(assumeNotNull(next_reminder_at)), 1000) AS overdue_seconds, source, org, secret_id
    FROM (${reminderRows(relations, recurring, sql`next_at < ${bind.instant(asOf)}`)})
    ORDER BY next_reminder_at, project, environment, secret_path, secret_key, secret_id`,
  after: (rows, _, told) => ({ rows: rows.map((row) => describeReminder(row, told)) }),
});
