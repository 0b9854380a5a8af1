import { bind, sql } from '../store/sql';
import { asOfParam } from './as-of';
import { defineInsight } from './define';
import {
  day,
  daysAheadParam,
  inventoryFilters,
  noWindow,
  recurringParam,
  reminderColumns,
} from './inventory-fields';
import { describeReminder, reminderRows } from './reminder-rows';

export const upcomingReminders = defineInsight({
  id: 'upcoming-reminders',
  version: 1,
  title: 'Upcoming reminders',
  about:
    'Reminders of secrets that are due within the days ahead, the next one first. Made from the audit events that set and remove them: the newest event of a secret holds.',
  shape: 'table',
  defaultWindow: noWindow,
  knownFrom: ['reminders'],
  params: { days_ahead: daysAheadParam, recurring: recurringParam, as_of: asOfParam },
  filters: inventoryFilters,
  columns: reminderColumns,
  query: ({ param: { days_ahead: ahead, recurring }, asOf, ...relations }) =>
    reminderRows(
      relations,
      recurring,
      sql`next_at >= ${bind.instant(asOf)} AND next_at <= ${bind.instant(asOf + ahead * day)}`,
    ),
  after: (rows, _, told) => ({ rows: rows.map((row) => describeReminder(row, told)) }),
});
