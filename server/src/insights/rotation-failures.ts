import { sql } from '../store/sql';
import { count, key, label, project, time } from './columns';
import { defineInsight } from './define';
import { rollingDays } from './windows';

export const rotationFailures = defineInsight({
  id: 'rotation-failures',
  version: 1,
  title: 'Rotation failures',
  about:
    'Rotations with at least one failed attempt in the range. State is that of the newest attempt; attempts_failed counts failures since the last success, so it is 0 once a retry succeeded.',
  shape: 'table',
  defaultWindow: rollingDays(40),
  params: {},
  filters: ['source', 'project'],
  columns: {
    project: project(),
    rotation_id: key('Rotation id', "The vendor's id of the rotation"),
    rotation_name: key(
      'Rotation',
      'Name from its newest create or update event; empty where none was seen',
    ),
    environment: label('Environment', 'Environment of the rotation; empty where unknown'),
    secret_path: label('Secret path', 'Folder of the rotation; empty where unknown'),
    state: label('State', 'failing or recovered'),
    failing_since: time('Failing since', 'First failed attempt after the last success'),
    attempts_failed: count('Failed attempts', 'Failed attempts since the last success'),
    message: label('Message', 'Newest error text, as the provider gave it', { needs: 'audit' }),
    last_success_at: time('Last success', 'Newest successful attempt in the range'),
  },
  query: ({ rotationAttempts, rotationNames }) => sql`
    SELECT project, rotation_id,
      if(name.rotation_id != '', name.rotation_name, '') AS rotation_name,
      name.environment AS environment, name.secret_path AS secret_path,
      if(attempts_failed > 0, 'failing', 'recovered') AS state,
      failing_since, attempts_failed, message, last_success_at
    FROM (
      SELECT project, rotation_id,
        maxIf(time, not failed) AS newest_success,
        if(countIf(not failed) = 0, NULL, newest_success) AS last_success_at,
        arrayFilter(attempt -> attempt.1 > newest_success, groupArrayIf((time, attempt_message), failed)) AS failures,
        length(failures) AS attempts_failed,
        if(attempts_failed = 0, NULL, arrayMin(attempt -> attempt.1, failures)) AS failing_since,
        if(attempts_failed = 0, '', arraySort(attempt -> attempt.1, failures)[-1].2) AS message
      FROM ${rotationAttempts()}
      GROUP BY project, rotation_id HAVING countIf(failed) > 0
    ) AS attempt
    LEFT JOIN ${rotationNames()} AS name USING (rotation_id)
    ORDER BY state, failing_since, project, rotation_id`,
});
