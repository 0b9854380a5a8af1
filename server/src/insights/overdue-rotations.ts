import { bind, sql } from '../store/sql';
import { asOfParam } from './as-of';
import { seconds } from './columns';
import { defineInsight } from './define';
import { inventoryFilters, noWindow, rotationColumns } from './inventory-fields';
import {
  describeRotation,
  rotationOrigin,
  rotationSelection,
  rotationsWithOrigin,
} from './rotation-rows';

export const overdueRotations = defineInsight({
  id: 'overdue-rotations',
  version: 1,
  title: 'Overdue rotations',
  about:
    'Rotations whose date has passed without a run, the oldest first. One that failed has its retry ahead and is not among them.',
  shape: 'table',
  defaultWindow: noWindow,
  knownFrom: ['inventory'],
  params: { as_of: asOfParam },
  filters: inventoryFilters,
  columns: {
    ...rotationColumns,
    // Names the row, so that the number that an alert rule gets is the one below.
    rotation_interval: { ...rotationColumns.rotation_interval, isKey: true },
    overdue_seconds: seconds('Overdue for', 'Since its date'),
  },
  query: ({ asOf, ...relations }) => sql`
    SELECT ${rotationSelection},
      intDiv(${bind.integer(asOf)} - toUnixTimestamp64Milli(assumeNotNull(rotation.next_rotation_at)), 1000) AS overdue_seconds,
      ${rotationOrigin}
    FROM ${rotationsWithOrigin(relations)} AS rotation
    WHERE next_rotation_at < ${bind.instant(asOf)}
    ORDER BY next_rotation_at, project, environment, secret_path, rotation_name, id`,
  after: (rows, _, told) => ({ rows: rows.map((row) => describeRotation(row, told)) }),
});
