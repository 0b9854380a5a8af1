import { sql } from '../store/sql';
import { count, label, project, texts, time } from './columns';
import type { Column } from './columns';
import { defineInsight } from './define';
import { rollingDays } from './windows';

const flag = (title: string, description: string): Column => ({
  type: 'boolean',
  title,
  description,
});

export const reportSchedules = defineInsight({
  id: 'report-schedules',
  version: 1,
  title: 'Report schedules',
  about:
    'Every schedule with its next run and what became of the last one. The range is left aside: this is how things stand.',
  shape: 'table',
  needs: 'reports',
  defaultWindow: rollingDays(1),
  params: {},
  filters: ['project'],
  columns: {
    schedule: label('Schedule id', 'Id of the schedule', { isKey: true }),
    name: label('Schedule', 'Its name'),
    project: project(),
    reports: texts('Reports', 'The reports it sends'),
    recipients: texts('Recipients', 'The addresses it sends them to'),
    when: label('When', 'The cron expression that its times come from'),
    zone: label('Zone', 'The time zone of these times'),
    paused: flag('Paused', 'Whether it rests'),
    next_run_at: time('Next run', 'When it runs next; empty while it rests or once it has ended'),
    last_run_at: time('Last run', 'When its newest run was asked for'),
    last_status: label('Last status', 'What became of that run'),
    missed: count('Missed', 'Runs that came due while the server was down and were not made up'),
    owner: label('Owner', 'Who made the schedule'),
  },
  query: ({ state }) => sql`
    SELECT key AS schedule, JSONExtractString(body, 'name') AS name, JSONExtractString(body, 'project') AS project,
      arrayMap(each -> JSONExtractString(each, 'name'), JSONExtractArrayRaw(body, 'reports')) AS reports,
      JSONExtract(body, 'recipients', 'Array(String)') AS recipients,
      JSONExtractString(body, 'cron') AS when, JSONExtractString(body, 'zone') AS zone,
      toBool(JSONExtractBool(body, 'paused')) AS paused,
      parseDateTime64BestEffortOrNull(JSONExtractString(body, 'next_due'), 3, 'UTC') AS next_run_at,
      nullIf(last.requested_at, toDateTime64(0, 3, 'UTC')) AS last_run_at,
      last.status AS last_status,
      JSONExtractUInt(body, 'missed') AS missed, JSONExtractString(body, 'owner', 'name') AS owner
    FROM ${state('report-schedule')} AS planned
    LEFT JOIN (
      SELECT schedule_id, max(requested) AS requested_at, argMax(run_status, requested) AS status
      FROM (
        SELECT JSONExtractString(body, 'schedule', 'id') AS schedule_id, JSONExtractString(body, 'status') AS run_status,
          parseDateTime64BestEffort(JSONExtractString(body, 'requested_at'), 3, 'UTC') AS requested
        FROM ${state('report-run')}
      )
      WHERE schedule_id != '' GROUP BY schedule_id
    ) AS last ON last.schedule_id = planned.key
    ORDER BY name, schedule`,
});
