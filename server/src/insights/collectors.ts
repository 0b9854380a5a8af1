import { bind, sql } from '../store/sql';
import { count, key, label, time } from './columns';
import { defineInsight } from './define';
import { text } from './params';
import { rollingDays } from './windows';

export const collectors = defineInsight({
  id: 'collectors',
  version: 1,
  title: 'Collectors',
  about:
    'How asking each source went in the range, by what it was asked for. One project that fails makes the row failing; the others were read.',
  shape: 'table',
  defaultWindow: rollingDays(7),
  params: {
    leave_out: text(
      'Leave out',
      'What was asked for and is not of interest: rotations for an Infisical whose plan has none, for example',
      {
        form: /^[a-z-]{1,30}(?:,[a-z-]{1,30}){0,9}$/,
        allowed: 'at most 10 words with commas between them such as rotations,digests',
      },
    ),
  },
  filters: ['source', 'project'],
  columns: {
    source: key('Source', 'The configured connection'),
    kind: key(
      'Asked for',
      'projects, inventory (secrets and environments), rotations, digests, rules, audit-logs or usage',
    ),
    state: label('State', 'ok, or failing where the newest attempt failed for any project'),
    last_success: time('Last success', 'Newest attempt of any project that went well'),
    last_attempt: time('Last attempt', 'Newest attempt'),
    error: label('Error', 'What went wrong the last time, and what to do; empty where nothing did'),
    failing: count('Failing', 'Projects whose newest attempt failed'),
    projects: count('Projects', 'Projects that were asked for; 1 where it is about the source'),
  },
  query: ({ param: { leave_out: leftOut = '' }, attempts }) => sql`
    SELECT source, kind, if(countIf(NOT newest_ok) > 0, 'failing', 'ok') AS state,
      max(project_success) AS last_success, max(project_attempt) AS last_attempt,
      argMaxIf(newest_error, project_attempt, NOT newest_ok) AS error,
      countIf(NOT newest_ok) AS failing, count() AS projects
    FROM (
      SELECT source, kind, project, argMax(ok, finished_at) AS newest_ok, argMax(error, finished_at) AS newest_error,
        max(finished_at) AS project_attempt, if(countIf(ok) = 0, NULL, maxIf(finished_at, ok)) AS project_success
      FROM ${attempts()} GROUP BY source, kind, project
    )
    WHERE kind NOT IN ${bind.texts(leftOut.split(','))}
    GROUP BY source, kind
    ORDER BY source, kind`,
});
