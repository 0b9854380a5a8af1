import { sql } from '../store/sql';
import { count, json, label, time } from './columns';
import { defineInsight } from './define';
import { objectOf } from './events';
import { rollingDays } from './windows';

export const selfAudit = defineInsight({
  id: 'self-audit',
  version: 1,
  title: 'Who looked at events',
  about:
    'Exports of events, single events that were opened, and pages of the audit log that the events calls of the API gave out. Questions asked through Grafana are not in it. Only tokens for all projects see it.',
  shape: 'table',
  needs: 'audit',
  defaultWindow: rollingDays(30),
  params: {},
  filters: [],
  columns: {
    time: time('Time', 'When it was asked for'),
    token: label('Token', 'Name of the token that was shown'),
    user: label('User', 'User of Grafana; empty where the call did not come through it'),
    action: label(
      'Action',
      'list, open, export; pseudonymise, expire: what was changed or dropped',
    ),
    insight: label('Insight', 'What was asked'),
    filters: json('Filters', 'The range and the filters'),
    rows: count('Rows', 'Events that left; empty where the answer broke off'),
  },
  query: ({ selfAudits }) => sql`
    SELECT time, token, user, action, insight, filters, rows FROM ${selfAudits()} ORDER BY time DESC, token, user, action`,
  after: (rows) => ({ rows: rows.map((row) => ({ ...row, filters: objectOf(row.filters) })) }),
});
