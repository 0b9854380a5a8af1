import type { Row } from '../contract';
import type { Relations } from '../store/relations/relations';
import { sql } from '../store/sql';
import type { Sql } from '../store/sql';
import type { Told } from './define';
import { dueText, instantOfCell } from './relative-time';

/** Reminders that hold, under the names of the columns, where `next_reminder_at` fits the condition. */
export const reminderRows = (
  { reminders }: Pick<Relations, 'reminders'>,
  recurring: 'carried' | 'as-stored',
  condition: Sql,
): Sql => sql`
  SELECT secret_key, project, environment, secret_path, next_at AS next_reminder_at, message, repeat_days, '' AS status,
    CAST(NULL, 'Nullable(String)') AS link, source, org, secret_id
  FROM ${reminders(recurring === 'carried' ? 'carried' : 'stored')}
  WHERE ${condition}
  ORDER BY next_reminder_at, project, environment, secret_path, secret_key, secret_id`;

export const describeReminder = (row: Row, told: Told): Row => ({
  ...row,
  status: dueText(instantOfCell(row.next_reminder_at) ?? told.asOf, told.asOf),
  link:
    row.secret_key === null
      ? null
      : told.linkTo('secret', row, {
          org_id: row.org,
          project_id: row.project,
          environment: row.environment,
          secret_path: row.secret_path,
          secret_key: row.secret_key,
          secret_id: row.secret_id,
        }),
});
