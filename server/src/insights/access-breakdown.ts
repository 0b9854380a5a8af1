import { bind, identifier, join, sql } from '../store/sql';
import { eventDimensions, eventFilters, readsParam } from './access-filters';
import { count, label, time } from './columns';
import type { Columns } from './columns';
import { defineInsight } from './define';
import { dimensions, integer } from './params';
import { utcDays } from './windows';

export const accessBreakdown = defineInsight({
  id: 'access-breakdown',
  version: 1,
  title: 'Access breakdown',
  about:
    'Reads, distinct actors and the last read for each value of one or two fields, most reads first.',
  shape: 'table',
  defaultWindow: utcDays(7),
  params: {
    by: dimensions('By', 'One or two fields to group by', eventDimensions, {
      most: 2,
      preset: ['environment'],
    }),
    limit: integer('Rows', 'How many to list', { min: 1, max: 10_000, preset: 50 }),
    reads: readsParam,
  },
  filters: eventFilters,
  columns: ({ by }): Columns => ({
    ...Object.fromEntries(
      by.map((field) => [
        field,
        label(titleOf(field), `Value of ${field}`, { isKey: true, isProject: field === 'project' }),
      ]),
    ),
    reads: count('Reads', 'Read requests'),
    actors: count('Actors', 'Distinct people and machines that read'),
    last_read: time('Last read', 'Newest read'),
  }),
  query: ({ reads, param: { by, limit } }) => {
    const fields = join(
      by.map((field) => identifier(field)),
      'comma',
    );
    const shown = join(
      by.map((field) => sql`toString(${identifier(field)}) AS ${identifier(field)}`),
      'comma',
    );
    return sql`
      SELECT ${shown}, reads, actors, last_read FROM (
        SELECT ${fields}, sum(requests) AS reads, uniqExact(actor_type, actor) AS actors, max(last_time) AS last_read
        FROM ${reads(...by, 'actor', 'actor_type', 'requests', 'last_time')}
        GROUP BY ${fields}
      )
      ORDER BY reads DESC, ${fields} LIMIT ${bind.integer(limit)}`;
  },
});

const titleOf = (field: string): string =>
  (field.charAt(0).toUpperCase() + field.slice(1)).replaceAll('_', ' ');
