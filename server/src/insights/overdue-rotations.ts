import { bind, sql } from '../store/sql';
import { asOfParam } from './as-of';
import { seconds } from './columns';
import { defineInsight } from './define';
import { inventoryFilters, noWindow, rotationColumns } from './inventory-fields';
import { instantOfCell } from './relative-time';
import {
  describeRotation,
  rotationOrigin,
  rotationSelection,
  rotationsWithOrigin,
} from './rotation-rows';

const { rotation_interval: interval, status, link, ...what } = rotationColumns;

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
    ...what,
    // The first number, which is what an alert rule gets.
    overdue_seconds: seconds('Overdue for', 'Since its date'),
    rotation_interval: interval,
    status,
    link,
  },
  query: ({ asOf, ...relations }) => sql`
    SELECT ${rotationSelection}, ${rotationOrigin}
    FROM ${rotationsWithOrigin(relations)} AS rotation
    WHERE next_rotation_at < ${bind.instant(asOf)}
    ORDER BY next_rotation_at, project, environment, secret_path, rotation_name, id`,
  after: (rows, _, told) => ({
    rows: rows.map((row) => ({
      ...describeRotation(row, told),
      overdue_seconds: Math.floor(
        (told.asOf - (instantOfCell(row.next_rotation_at) ?? told.asOf)) / 1000,
      ),
    })),
  }),
});
