import { bind, sql } from '../store/sql';
import { asOfParam } from './as-of';
import { defineInsight } from './define';
import {
  day,
  daysAheadParam,
  inventoryFilters,
  lookbackParam,
  noWindow,
  rotationColumns,
} from './inventory-fields';
import {
  describeRotation,
  rotationOrigin,
  rotationSelection,
  rotationsWithOrigin,
} from './rotation-rows';

export const upcomingRotations = defineInsight({
  id: 'upcoming-rotations',
  version: 1,
  title: 'Upcoming rotations',
  about:
    'Rotations that are due within the days ahead, the next one first. One that failed is among them when its retry is due.',
  shape: 'table',
  defaultWindow: noWindow,
  knownFrom: ['inventory'],
  params: { days_ahead: daysAheadParam, lookback_days: lookbackParam, as_of: asOfParam },
  filters: inventoryFilters,
  columns: rotationColumns,
  query: ({ param: { days_ahead: ahead, lookback_days: back }, asOf, ...relations }) => sql`
    SELECT ${rotationSelection}, ${rotationOrigin}
    FROM ${rotationsWithOrigin(relations)} AS rotation
    WHERE next_rotation_at >= ${bind.instant(asOf - back * day)} AND next_rotation_at <= ${bind.instant(asOf + ahead * day)}
    ORDER BY next_rotation_at, project, environment, secret_path, rotation_name, id`,
  after: (rows, _, told) => ({ rows: rows.map((row) => describeRotation(row, told)) }),
});
