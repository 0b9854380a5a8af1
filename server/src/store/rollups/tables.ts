import type { Grouping } from '../relations/plan';
import type { StoredColumn } from '../vendor';
import { identifier, sql } from '../sql';
import type { Sql } from '../sql';
import { isInWordAlone, wholeWord, wordNames, words } from './words';
import type { Word } from './words';

export interface Rollup {
  table:
    | 'rollup_day'
    | 'rollup_kind_day'
    | 'rollup_actor_day'
    | 'rollup_secret_day'
    | 'rollup_reader_day'
    | 'rollup_quarter_hour'
    | 'rollup_kind_quarter_hour'
    | 'rollup_actor_quarter_hour';
  grain: 'day' | 'quarter-hour';
  columns: readonly StoredColumn[];
  /** A finer one whose rows it is added up from; without it it is counted from events. */
  madeFrom?: 'rollup_actor_day' | 'rollup_reader_day';
  /** Whether its rows lie by other things than time, which then is kept as a day and the number of a quarter hour in it. */
  isTimeLast?: boolean;
  /**
   * What it keeps of several days added up, which is worth its room where days have most rows in common: all, or which
   * rows there were, without figures.
   */
  sums: 'whole' | 'keys' | 'none';
  /** Which times of a row's events it keeps. */
  times: 'first and last' | 'last' | 'none';
}

const everywhere = ['source', 'vendor', 'org_id', 'project_id'] as const;
const actor = ['actor_type', 'actor_id', 'actor_name', 'actor_email'] as const;
const secret = ['environment', 'secret_path', 'secret_key'] as const;
const byDay = { grain: 'day', times: 'first and last', sums: 'whole' } as const;
const byQuarter = { grain: 'quarter-hour', times: 'last', sums: 'none' } as const;

/**
 * From the coarsest to the finest; a question is answered by the first that keeps what it needs. Where
 * reads are counted all keep the event, so that the definition of a read applies when a question is asked;
 * where identities are excluded, one that keeps the actor answers. Changing either rebuilds nothing.
 */
export const rollups: readonly Rollup[] = [
  {
    ...byDay,
    table: 'rollup_day',
    columns: [...everywhere, 'event'],
    madeFrom: 'rollup_reader_day',
  },
  {
    ...byDay,
    table: 'rollup_kind_day',
    times: 'last',
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
    ...byDay,
    table: 'rollup_actor_day',
    times: 'last',
    columns: [
      ...everywhere,
      'event',
      'environment',
      ...actor,
      'auth_method',
      'client_type',
      'outcome',
    ],
  },
  {
    ...byDay,
    table: 'rollup_secret_day',
    columns: [...everywhere, 'event', ...secret],
    madeFrom: 'rollup_reader_day',
  },
  {
    ...byDay,
    table: 'rollup_reader_day',
    columns: [...everywhere, 'event', ...secret, ...actor],
    // A year has nearly as many rows as events; who read a secret at all is asked of the few that are listed.
    sums: 'keys',
  },
  {
    // Whoever asks for first events of a range asks by source and project; of kinds they would take 12 MB in 700.
    ...byQuarter,
    table: 'rollup_quarter_hour',
    columns: [...everywhere, 'event'],
    times: 'first and last',
  },
  {
    ...byQuarter,
    table: 'rollup_kind_quarter_hour',
    columns: [...everywhere, 'event', 'environment', 'outcome'],
  },
  {
    // Nearly a row an event: what it keeps besides who would take more room than all others together.
    ...byQuarter,
    table: 'rollup_actor_quarter_hour',
    columns: [...everywhere, 'event', ...actor],
    times: 'none',
    isTimeLast: true,
  },
];

/** Words that stand in its rows for columns. */
const wordsOf = ({ columns }: Rollup): Word[] =>
  wordNames.filter((word) =>
    columns.includes(({ actor: 'actor_id', secret: 'secret_key' } as const)[word]),
  );

/** The columns that a rollup's rows are told apart by, as they lie in its table. */
export const keysOf = (rollup: Rollup): string[] => [
  ...rollup.columns.filter(
    (column) => !wordsOf(rollup).some((word) => isInWordAlone(column, word)),
  ),
  ...wordsOf(rollup),
];

const timeColumns = {
  'first and last': ['first_after', 'lasted'],
  last: ['last_after'],
  none: [],
} as const;

/** How a row says which day or quarter hour it is about: columns of its table, each with its value from `row_time`. */
export const timeOf = ({ isTimeLast = false }: Rollup): Readonly<Record<string, Sql>> =>
  isTimeLast
    ? {
        day: sql`toStartOfDay(row_time, 'UTC')`,
        quarter: sql`intDiv(dateDiff('second', toStartOfDay(row_time, 'UTC'), row_time), 900)`,
      }
    : { time: sql`row_time` };

/** What a row holds beside them. */
export const figuresOf = ({ times }: Rollup): string[] => [
  'requests',
  'suppressed',
  ...timeColumns[times],
];

/** Whether its rows can say what a question counts, and when. */
export const keepsTimes = ({ times }: Rollup, counted: readonly string[]): boolean =>
  (!counted.includes('first_time') || times === 'first and last') &&
  (!counted.includes('last_time') || times !== 'none');

/** The keys worked out from stored columns, each `AS` its name. */
export const keysFromStored = (rollup: Rollup): Sql[] =>
  keysOf(rollup).map((key) =>
    key in words
      ? sql`${wholeWord(Object.keys(words[key as Word]).map(identifier))} AS ${identifier(key)}`
      : identifier(key),
  );

/**
 * How to group a rollup's rows by some of its columns, and how to read those from the groups, in the order
 * given: by a whole word where more of it than one column is asked for, or the word itself.
 */
export function grouping(rollup: Rollup, columns: readonly (StoredColumn | Word)[]): Grouping {
  const grouped = wordsOf(rollup).filter(
    (word) => columns.filter((column) => column in words[word]).length > 1,
  );
  const partOf = (column: StoredColumn | Word): Sql | undefined =>
    grouped
      .map((word) => (words[word] as Readonly<Partial<Record<StoredColumn | Word, Sql>>>)[column])
      .find((part) => part !== undefined);
  return {
    by: [...columns.filter((column) => partOf(column) === undefined), ...grouped].map(identifier),
    columns: columns.map((column) => {
      const part = partOf(column);
      return part ? sql`${part} AS ${identifier(column)}` : identifier(column);
    }),
  };
}
