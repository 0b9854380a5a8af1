import { sql } from '../store/sql';
import { key, label, project, time } from './columns';
import { defineInsight } from './define';
import { choice } from './params';
import { rollingDays } from './windows';

export const rotationRuns = defineInsight({
  id: 'rotation-runs',
  version: 1,
  title: 'Rotation runs',
  about: 'Every attempt of a rotation in the range, the oldest first: what marks on a time axis.',
  shape: 'table',
  defaultWindow: rollingDays(40),
  params: {
    outcome: choice(
      'Outcome',
      'rotated: attempts that succeeded; failed: the others',
      ['any', 'rotated', 'failed'],
      'any',
    ),
  },
  filters: ['source', 'project'],
  columns: {
    time: time('Time', 'When it was tried'),
    rotation_name: key('Rotation', 'Name from its newest create or update event, else its id'),
    project: project(),
    environment: label('Environment', 'Environment of the rotation; empty where unknown'),
    secret_path: label('Secret path', 'Folder of the rotation; empty where unknown'),
    outcome: label('Outcome', 'rotated or failed'),
  },
  query: ({ param: { outcome }, rotationAttempts, rotationNames }) => sql`
    SELECT time, if(name.rotation_id != '', name.rotation_name, attempt.rotation_id) AS rotation_name, project,
      name.environment AS environment, name.secret_path AS secret_path, if(attempt.failed, 'failed', 'rotated') AS outcome
    FROM ${rotationAttempts()} AS attempt
    LEFT JOIN ${rotationNames()} AS name ON attempt.rotation_id = name.rotation_id
    WHERE ${outcome === 'any' ? sql`1` : outcome === 'failed' ? sql`attempt.failed` : sql`NOT attempt.failed`}
    ORDER BY time, project, rotation_name`,
});
