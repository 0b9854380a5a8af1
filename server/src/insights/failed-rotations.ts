import { sql } from '../store/sql';
import { asOfParam } from './as-of';
import { count, label, time } from './columns';
import { defineInsight } from './define';
import { inventoryFilters, noWindow, rotationColumns } from './inventory-fields';
import {
  describeRotation,
  rotationOrigin,
  rotationSelection,
  rotationsWithOrigin,
} from './rotation-rows';

export const failedRotations = defineInsight({
  id: 'failed-rotations',
  version: 1,
  title: 'Failed rotations',
  about:
    'Rotations whose last run failed, the longest failing first. Since when and how often stands in audit events; without them the last attempt that the vendor names is shown, and the number is empty.',
  shape: 'table',
  defaultWindow: noWindow,
  knownFrom: ['inventory'],
  params: { as_of: asOfParam },
  filters: inventoryFilters,
  columns: {
    ...rotationColumns,
    failing_since: time('Failing since', 'First failed attempt after the last success'),
    attempts_failed: count(
      'Failed attempts',
      'Failed attempts since the last success; empty where no event tells',
    ),
    message: label('Message', 'Newest error text, as the provider gave it', { needs: 'audit' }),
  },
  query: ({ rotationHistory, rotations }) => sql`
    SELECT ${rotationSelection},
      coalesce(attempt.failing_since, rotation.last_attempt_at) AS failing_since, attempt.attempts_failed AS attempts_failed,
      if(rotation.message != '', rotation.message, attempt.message) AS message, ${rotationOrigin}
    FROM ${rotationsWithOrigin({ rotations })} AS rotation
    LEFT JOIN (
      SELECT project, rotation_id, maxIf(time, not failed) AS newest_success,
        arraySort(attempt -> attempt.1, arrayFilter(attempt -> attempt.1 > newest_success, groupArrayIf((time, attempt_message), failed))) AS failures,
        nullIf(length(failures), 0) AS attempts_failed,
        if(empty(failures), NULL, failures[1].1) AS failing_since, failures[-1].2 AS message
      FROM ${rotationHistory()}
      GROUP BY project, rotation_id
    ) AS attempt ON rotation.project = attempt.project AND rotation.id = attempt.rotation_id
    WHERE rotation.failed
    ORDER BY isNull(failing_since), failing_since, project, environment, secret_path, rotation_name, id`,
  after: (rows, _, told) => ({ rows: rows.map((row) => describeRotation(row, told)) }),
});
