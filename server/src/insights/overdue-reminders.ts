import { bind, sql } from '../store/sql';
import { asOfParam } from './as-of';
import { seconds } from './columns';
import { defineInsight } from './define';
import { inventoryFilters, noWindow, recurringParam, reminderColumns } from './inventory-fields';
import { instantOfCell } from './relative-time';
import { describeReminder, reminderRows } from './reminder-rows';

const { repeat_days: repeatDays, status, link, ...what } = reminderColumns;

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
    ...what,
    // The first number, which is what an alert rule gets.
    overdue_seconds: seconds('Overdue for', 'Since its date'),
    repeat_days: repeatDays,
    status,
    link,
  },
  query: ({ param: { recurring }, asOf, ...relations }) =>
    reminderRows(relations, recurring, sql`next_at < ${bind.instant(asOf)}`),
  after: (rows, _, told) => ({
    rows: rows.map((row) => ({
      ...describeReminder(row, told),
      overdue_seconds: Math.floor(
        (told.asOf - (instantOfCell(row.next_reminder_at) ?? told.asOf)) / 1000,
      ),
    })),
  }),
});
