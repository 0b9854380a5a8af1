import { sql } from '../store/sql';
import { boolean, count, key, label, project, time } from './columns';
import { defineInsight } from './define';
import { rollingDays } from './windows';

export const reportFiles = defineInsight({
  id: 'report-files',
  version: 1,
  title: 'Report files',
  about:
    'The files of the reports that were asked for in the range, newest run first. Files are kept for a set time; what is known of them stays.',
  shape: 'table',
  needs: 'reports',
  defaultWindow: rollingDays(90),
  params: {},
  filters: ['project'],
  columns: {
    run: key('Run', 'Id of the run'),
    requested_at: time('Requested', 'When the run was asked for'),
    project: { ...project(), isKey: false },
    report: label('Report', 'The report that the file holds'),
    file: key('File', 'Name of the file'),
    rows: count('Rows', 'Rows of the file'),
    truncated: boolean('Cut', 'Whether it was cut at the row limit'),
    bytes: count('Size', 'Bytes of the file', { unit: 'bytes' }),
    sha256: label('SHA-256', 'Hash of the file as it was made'),
  },
  query: ({ state, inRange }) => sql`
    SELECT run, requested AS requested_at, project, JSONExtractString(each, 'name') AS report, JSONExtractString(each, 'file') AS file,
      JSONExtractUInt(each, 'rows') AS rows, toBool(JSONExtractBool(each, 'truncated')) AS truncated,
      JSONExtractUInt(each, 'bytes') AS bytes, JSONExtractString(each, 'sha256') AS sha256
    FROM (
      SELECT key AS run, parseDateTime64BestEffort(JSONExtractString(body, 'requested_at'), 3, 'UTC') AS requested,
        JSONExtractString(body, 'project') AS project, arrayJoin(JSONExtractArrayRaw(body, 'files')) AS each
      FROM ${state('report-run')}
    )
    WHERE ${inRange(sql`requested`)}
    ORDER BY requested DESC, run, file`,
});
