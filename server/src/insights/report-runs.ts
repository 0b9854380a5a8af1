import { sql } from '../store/sql';
import { count, label, project, texts, time } from './columns';
import { defineInsight } from './define';
import { rollingDays } from './windows';

export const reportRuns = defineInsight({
  id: 'report-runs',
  version: 1,
  title: 'Report runs',
  about:
    'Reports that were asked for in the range, newest first: who asked, what became of them, and to whom they went.',
  shape: 'table',
  needs: 'reports',
  defaultWindow: rollingDays(90),
  params: {},
  filters: ['project'],
  columns: {
    run: label('Run', 'Id of the run', { isKey: true }),
    requested_at: time('Requested', 'When the run was asked for'),
    requested_by: label('Requested by', 'The person, token or schedule that asked'),
    project: project(),
    reports: texts('Reports', 'The reports of the run'),
    recipients: texts('Recipients', 'The addresses it is mailed to'),
    status: label('Status', 'pending, generating, completed, partial or failed'),
    reason: label('Reason', 'Why a run is partial or failed'),
    rows: count('Rows', 'Rows of all its files'),
    bytes: count('Size', 'Bytes of all its files', { unit: 'bytes' }),
    duration_ms: count('Duration', 'From its start to its end', { unit: 'ms' }),
    files: texts('Files', 'The files of the run'),
    deliveries: texts(
      'Deliveries',
      'Each recipient with what became of its mail: queued, sending, accepted, refused or unknown',
    ),
    schedule: label('Schedule', 'The schedule that asked; empty where a person did'),
    downloads: count('Downloads', 'How often a file of the run was downloaded'),
  },
  query: ({ state, inRange }) => sql`
    SELECT key AS run, requested AS requested_at, JSONExtractString(body, 'requested_by') AS requested_by,
      JSONExtractString(body, 'project') AS project,
      arrayMap(each -> JSONExtractString(each, 'name'), JSONExtractArrayRaw(body, 'reports')) AS reports,
      arrayMap(each -> JSONExtractString(each, 'address'), JSONExtractArrayRaw(body, 'recipients')) AS recipients,
      JSONExtractString(body, 'status') AS status, JSONExtractString(body, 'reason') AS reason,
      JSONExtract(body, 'rows', 'Nullable(UInt64)') AS rows,
      JSONExtract(body, 'bytes', 'Nullable(UInt64)') AS bytes,
      JSONExtract(body, 'duration_ms', 'Nullable(UInt64)') AS duration_ms,
      arrayMap(each -> JSONExtractString(each, 'file'), JSONExtractArrayRaw(body, 'files')) AS files,
      arrayMap(each -> concat(JSONExtractString(each, 'address'), ' ', JSONExtractString(each, 'state')), JSONExtractArrayRaw(body, 'recipients')) AS deliveries,
      JSONExtractString(body, 'schedule', 'name') AS schedule,
      JSONExtractUInt(body, 'downloads') AS downloads
    FROM (SELECT key, body, parseDateTime64BestEffort(JSONExtractString(body, 'requested_at'), 3, 'UTC') AS requested FROM ${state('report-run')})
    WHERE ${inRange(sql`requested`)}
    ORDER BY requested DESC, key`,
});
