import { all, bind, join, sql } from '../sql';
import type { Sql } from '../sql';
import type { EventTable, ReminderEvents, Vendor } from '../vendor';
import { condition } from './filter';
import type { InventoryContext, InventoryRelations } from './inventory';

/** `carried`: one that comes again is due on its first date from now on; `stored`: on the date the vendor last named. */
export type Recurring = 'carried' | 'stored';

export interface ReminderRelations {
  /**
   * org, source, project, environment, secret_path, secret_key, secret_id, next_at, repeat_days, message, set_at:
   * the reminder that holds for each secret at the moment. Where the inventory does not know the secret,
   * project, environment, path and key are NULL, and only who may see all projects sees it.
   */
  reminders: (recurring: Recurring) => Sql;
  /** known: 1 where any event is known up to the moment. */
  anyEvent: () => Sql;
}

const day = 86_400_000;

/** `itemsEverOf` is that of the whole inventory: a secret that is filtered out is still a known one. */
export function reminderRelations(
  vendor: Vendor,
  { scope, filters, asOf }: InventoryContext,
  { itemsEverOf }: Pick<InventoryRelations, 'itemsEverOf'>,
): ReminderRelations {
  const until = bind.instant(asOf.instant);
  const tables = vendor.tables.filter(({ reminders }) => reminders !== undefined);
  const told = (columns: Sql): Sql =>
    sql`(${join(
      tables.flatMap(({ reminders, ...table }) =>
        reminders === undefined
          ? []
          : 'kept' in reminders
            ? [sql`SELECT ${columns} FROM ${reminders.kept} WHERE time <= ${until}`]
            : [sql`SELECT ${columns} FROM (${fromEvents(reminders.events, table, until)})`],
      ),
      'union all',
    )})`;
  // Newest by time, then by id: the same whatever order and however often the events came.
  const held = sql`(
    SELECT org_id, secret_id, argMax((next_at, repeat_days, message, source, time, removed), (time, toString(id))) AS newest
    FROM ${told(sql`org_id, source, id, time, secret_id, removed, next_at, repeat_days, message`)} GROUP BY org_id, secret_id HAVING NOT newest.6 AND isNotNull(newest.1))`;
  const nextAt = sql`reminder.newest.1`;
  const repeatDays = sql`reminder.newest.2`;

  const source = sql`if(isKnown, secret.source, reminder.newest.4)`;
  const columns: Readonly<Record<string, Sql>> = {
    source,
    org: sql`reminder.org_id`,
    project: sql`secret.project`,
    environment: sql`secret.environment`,
    secret_path: sql`secret.secret_path`,
    secret_key: sql`secret.secret_key`,
  };
  const conditions = [
    ...(scope === null ? [] : [sql`secret.project IN ${bind.texts(scope)}`]),
    ...filters.flatMap((filter) => {
      const column = columns[filter.field];
      return column && filter.values.length > 0 ? [condition(column, filter)] : [];
    }),
  ];
  const step = sql`toInt64(${repeatDays}) * ${bind.integer(day)}`;
  const due = sql`toUnixTimestamp64Milli(assumeNotNull(${nextAt}))`;
  const now = bind.integer(asOf.instant);
  const carried = sql`if(${repeatDays} > 0 AND ${due} < ${now},
    fromUnixTimestamp64Milli(${due} + intDiv(${now} - ${due} + ${step} - 1, ${step}) * ${step}, 'UTC'), ${nextAt})`;

  return {
    reminders: (recurring) => sql`(
      SELECT secret.id != '' AS isKnown, reminder.org_id AS org, ${source} AS source,
        if(isKnown, secret.project, NULL) AS project, if(isKnown, secret.environment, NULL) AS environment,
        if(isKnown, secret.secret_path, NULL) AS secret_path, if(isKnown, secret.secret_key, NULL) AS secret_key,
        reminder.secret_id AS secret_id, ${recurring === 'carried' ? carried : nextAt} AS next_at,
        nullIf(${repeatDays}, 0) AS repeat_days, reminder.newest.3 AS message, toDateTime64(reminder.newest.5, 3, 'UTC') AS set_at
      FROM ${held} AS reminder
      LEFT ANY JOIN ${itemsEverOf('secret', told(sql`secret_id`), 'source', 'org', 'project', 'id', 'secret_key', 'environment', 'secret_path', 'gone')} AS secret
        ON reminder.org_id = secret.org AND reminder.secret_id = secret.id
      WHERE NOT secret.gone AND ${all(conditions)})`,
    anyEvent: () => {
      // Nothing is newer than now, and without the time the answer can be kept for everyone.
      const isBefore = (time: Sql): Sql => (asOf.isNow ? sql`1` : sql`${time} <= ${until}`);
      const one = (from: Sql, time: Sql): Sql =>
        sql`SELECT 1 FROM (SELECT ${time} AS event_time FROM ${from} WHERE ${isBefore(time)} LIMIT 1)`;
      const found = tables.flatMap(({ from, time, reminders = {} }) => [
        one(from, time),
        ...('kept' in reminders ? [one(reminders.kept, sql`time`)] : []),
      ]);
      return sql`(SELECT count() > 0 AS known FROM (${join(found, 'union all')}))`;
    },
  };
}

/** The same columns out of a table of events that keeps no such extract. */
function fromEvents(
  { set, removed, secretId, nextAt, repeatDays, message }: ReminderEvents,
  { from, time, columns }: EventTable,
  until: Sql,
): Sql {
  return sql`
    SELECT toString(event_org) AS org_id, event_source AS source, event_id AS id, event_time AS time, ${secretId} AS secret_id,
      event_type IN ${bind.texts(removed)} AS removed, ${nextAt} AS next_at, ${repeatDays} AS repeat_days, ${message} AS message
    FROM (
      SELECT ${columns.org_id} AS event_org, ${columns.source} AS event_source, ${columns.id} AS event_id, ${time} AS event_time,
        ${columns.event} AS event_type, ${columns.event_metadata} AS event_metadata
      FROM ${from} WHERE ${time} <= ${until} AND ${columns.event} IN ${bind.texts([...set, ...removed])}
    ) AS stored
    WHERE secret_id != ''`;
}
