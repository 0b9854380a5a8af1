import type { StoredColumn } from '../vendor';

export interface Rollup {
  table: 'rollup_day' | 'rollup_actor_day' | 'rollup_secret_day' | 'rollup_quarter_hour';
  grain: 'day' | 'quarter-hour';
  columns: readonly StoredColumn[];
}

const everywhere = ['source', 'vendor', 'org_id', 'project_id'] as const;

/**
 * From the coarsest to the finest; a question is answered by the first that keeps what it needs. All
 * keep actor and event where reads are counted, so that excluded identities and the definition of a
 * read apply when a question is asked, and changing them rebuilds nothing.
 */
export const rollups: readonly Rollup[] = [
  { table: 'rollup_day', grain: 'day', columns: everywhere },
  {
    table: 'rollup_actor_day',
    grain: 'day',
    columns: [
      ...everywhere,
      'event',
      'environment',
      'actor_type',
      'actor_id',
      'actor_name',
      'actor_email',
      'auth_method',
      'client_type',
      'outcome',
    ],
  },
  {
    table: 'rollup_secret_day',
    grain: 'day',
    columns: [
      ...everywhere,
      'event',
      'environment',
      'secret_path',
      'secret_key',
      'actor_type',
      'actor_id',
      'actor_name',
    ],
  },
  {
    table: 'rollup_quarter_hour',
    grain: 'quarter-hour',
    columns: [...everywhere, 'event', 'actor_type', 'actor_id'],
  },
];
