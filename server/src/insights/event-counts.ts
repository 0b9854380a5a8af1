import { bind, identifier, sql } from '../store/sql';
import { auditDimensions, auditFilters } from './audit-filters';
import { count, label } from './columns';
import type { Columns } from './columns';
import { defineInsight } from './define';
import { dimensions, integer } from './params';
import { rollingDays } from './windows';

export const eventCounts = defineInsight({
  id: 'event-counts',
  version: 1,
  title: 'Audit event counts',
  about:
    'How many events each value of a field has under the filters, most first. A denial that stands for several counts as many as it stands for.',
  shape: 'table',
  needs: 'audit',
  defaultWindow: rollingDays(1),
  params: {
    by: dimensions('By', 'The field to count by', auditDimensions, { most: 1, preset: ['event'] }),
    limit: integer('Rows', 'How many to list', { min: 1, max: 10_000, preset: 50 }),
  },
  filters: auditFilters,
  columns: ({ by: [field = 'event'] }): Columns => ({
    [field]: label(titleOf(field), `Value of ${field}`, {
      isKey: true,
      isProject: field === 'project',
    }),
    events: count('Events', 'Events, collapsed denials included'),
  }),
  query: ({ auditEvents, param: { by, limit } }) => {
    const [field = 'event'] = by;
    const value = identifier(field);
    return sql`
      SELECT toString(${value}) AS ${value}, events FROM (
        SELECT ${value}, sum(requests) AS events FROM ${auditEvents(field, 'requests')} GROUP BY ${value}
      )
      ORDER BY events DESC, ${value} LIMIT ${bind.integer(limit)}`;
  },
});

const titleOf = (field: string): string =>
  (field.charAt(0).toUpperCase() + field.slice(1)).replaceAll('_', ' ');
