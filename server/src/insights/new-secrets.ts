import { bind, sql } from '../store/sql';
import { asOfParam } from './as-of';
import { boolean, count, time } from './columns';
import { defineInsight } from './define';
import { day, inventoryFilters, noWindow } from './inventory-fields';
import { integer } from './params';

const week = 7 * day;
/** The first Monday after the epoch. */
const monday = 4 * day;

export const newSecrets = defineInsight({
  id: 'new-secrets',
  version: 1,
  title: 'New secrets',
  about:
    'Secrets by the ISO week (from Monday, in UTC) in which they were created, those that are gone since included: Infisical deletes them for good and its own chart loses them; here they stay from the first time the inventory was read.',
  shape: 'series',
  defaultWindow: noWindow,
  knownFrom: ['inventory'],
  params: {
    weeks: integer('Weeks', 'How many, the current one included', { min: 1, max: 520, preset: 12 }),
    as_of: asOfParam,
  },
  filters: inventoryFilters,
  columns: {
    time: time('Week', 'Monday on which the week begins'),
    secrets: count('New secrets', 'Secrets created in the week', { knownFrom: 'inventory' }),
    partial: boolean('Partial', 'Whether the week is not over yet'),
  },
  query: ({ param: { weeks }, asOf, itemsEver }) => {
    const current = Math.floor((asOf - monday) / week) * week + monday;
    const first = current - (weeks - 1) * week;
    return sql`
    SELECT week.time AS time, created.secrets AS secrets, toBool(week.time = ${bind.instant(current)}) AS partial
    FROM (
      SELECT fromUnixTimestamp64Milli(${bind.integer(first)} + toInt64(number) * ${bind.integer(week)}, 'UTC') AS time
      FROM numbers(toUInt64(${bind.integer(weeks)}))
    ) AS week
    LEFT JOIN (
      SELECT toDateTime64(toMonday(assumeNotNull(created_at), 'UTC'), 3, 'UTC') AS time, count() AS secrets
      FROM ${itemsEver(['secret'], 'created_at')}
      WHERE created_at >= ${bind.instant(first)} AND created_at <= ${bind.instant(asOf)}
      GROUP BY time
    ) AS created ON week.time = created.time
    ORDER BY time`;
  },
});
