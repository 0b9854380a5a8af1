import type { Cell } from '../contract';
import { bind, sql } from '../store/sql';
import { asOfParam } from './as-of';
import { count, label } from './columns';
import { defineInsight } from './define';
import {
  day,
  daysAheadParam,
  inventoryFilters,
  lookbackParam,
  noWindow,
  recurringParam,
  staleDaysParam,
} from './inventory-fields';

const ofInventory = { knownFrom: 'inventory' } as const;
const ofReminders = { knownFrom: 'reminders' } as const;

export const summary = defineInsight({
  id: 'summary',
  version: 1,
  title: 'Summary',
  about:
    "The cards of Infisical's page: rotations and reminders that are due within the days ahead, what failed or is overdue, and secrets that nobody changed. Nothing is overdue and upcoming at once unless days back are given.",
  shape: 'numbers',
  defaultWindow: noWindow,
  knownFrom: ['inventory', 'reminders'],
  params: {
    days_ahead: daysAheadParam,
    stale_days: staleDaysParam,
    lookback_days: lookbackParam,
    recurring: recurringParam,
    as_of: asOfParam,
  },
  filters: inventoryFilters,
  columns: {
    upcoming_rotations: count('Upcoming rotations', 'Due within the days ahead', ofInventory),
    failed_rotations: count('Failed rotations', 'Rotations whose last run failed', ofInventory),
    overdue_rotations: count('Overdue rotations', 'Rotations whose date has passed', ofInventory),
    upcoming_reminders: count('Upcoming reminders', 'Due within the days ahead', ofReminders),
    overdue_reminders: count('Overdue reminders', 'Reminders whose date has passed', ofReminders),
    stale_secrets: count('Stale secrets', 'Not changed for more than the days given', ofInventory),
    total_secrets: count('Secrets', 'Every secret there is', ofInventory),
    rotations_badge: label('Rotations', 'No failed rotations, or how many failed', ofInventory),
    reminders_badge: label('Reminders', 'No overdue reminders, or how many are', ofReminders),
    stale_badge: label('Secrets', 'All secrets up to date, or how many need review', ofInventory),
  },
  query: ({
    param: { days_ahead: ahead, stale_days: stale, lookback_days: back, recurring },
    asOf,
    items,
    reminders,
  }) => {
    const now = bind.instant(asOf);
    const until = bind.instant(asOf + ahead * day);
    return sql`
    SELECT upcoming_rotations, failed_rotations, overdue_rotations, upcoming_reminders, overdue_reminders, stale_secrets, total_secrets,
      '' AS rotations_badge, '' AS reminders_badge, '' AS stale_badge
    FROM (
      SELECT countIf(kind = 'rotation' AND next_rotation_at >= ${bind.instant(asOf - back * day)} AND next_rotation_at <= ${until}) AS upcoming_rotations,
        countIf(kind = 'rotation' AND failed) AS failed_rotations, countIf(kind = 'rotation' AND next_rotation_at < ${now}) AS overdue_rotations,
        countIf(kind = 'secret' AND updated_at < ${bind.instant(asOf - stale * day)}) AS stale_secrets, countIf(kind = 'secret') AS total_secrets
      FROM ${items(['rotation', 'secret'], 'kind', 'next_rotation_at', 'failed', 'updated_at')}
    ) AS item
    CROSS JOIN (
      SELECT countIf(next_at >= ${now} AND next_at <= ${until}) AS upcoming_reminders, countIf(next_at < ${now}) AS overdue_reminders
      FROM ${reminders(recurring === 'carried' ? 'carried' : 'stored')}
    ) AS reminder`;
  },
  after: (rows) => ({
    rows: rows.map((row) => ({
      ...row,
      rotations_badge: badge(row.failed_rotations, 'No failed rotations', 'failed'),
      reminders_badge: badge(row.overdue_reminders, 'No overdue reminders', 'overdue'),
      stale_badge: badge(
        row.stale_secrets,
        'All secrets up to date',
        row.stale_secrets === 1 ? 'needs review' : 'need review',
      ),
    })),
  }),
});

const badge = (number: Cell | undefined, none: string, some: string): string =>
  Number(number) === 0 ? none : `${Number(number).toLocaleString('en-US')} ${some}`;
