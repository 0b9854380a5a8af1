import type { StoredColumn } from '../vendor';

export interface Rollup {
  table:
    | 'rollup_day'
    | 'rollup_kind_day'
    | 'rollup_actor_day'
    | 'rollup_secret_day'
    | 'rollup_quarter_hour';
  grain: 'day' | 'quarter-hour';
  columns: readonly StoredColumn[];
  /** A finer one whose rows it is added up from; without it it is counted from events. */
  madeFrom?: 'rollup_actor_day';
}

const everywhere = ['source', 'vendor', 'org_id', 'project_id'] as const;

/**
 * From the coarsest to the finest; a question is answered by the first that keeps what it needs. Where
 * reads are counted all keep the event, so that the definition of a read applies when a question is asked;
 * where identities are excluded, one that keeps the actor answers. Changing either rebuilds nothing.
 */
export const rollups: readonly Rollup[] = [
  { table: 'rollup_day', grain: 'day', columns: everywhere, madeFrom: 'rollup_actor_day' },
  {
    table: 'rollup_kind_day',
    grain: 'day',
    columns: [
      ...everywhere,
      'event',
      'environment',
      'actor_type',
      'auth_method',
      'client_type',
      'outcome',
    ],
    madeFrom: 'rollup_actor_day',
  },
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
