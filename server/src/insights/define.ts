import type { Capability, Notice, Row, Shape } from '../contract';
import type { Relations } from '../store/relations/relations';
import type { Sql } from '../store/sql';
import type { StoredRow } from '../store/values';
import type { Columns } from './columns';
import type { EventSearch } from './event-search';
import type { Origin } from './knowledge';
import type { LinkTemplates, LinkValues } from './links';
import type { Params, ParamValues } from './params';
import type { DefaultWindow } from './windows';

export interface Question<P extends Params> extends Relations {
  param: ParamValues<P>;
  /** Rows that are wanted at most: one more tells that there are more. */
  limit: number;
  /** Start of the bucket that `time` falls into, in the caller's zone. */
  bucket: Sql;
  /** End of the range, which is now on a live dashboard. */
  to: Sql;
  /** Every event of the whole UTC days inside the range; today is whole while the range ends now. */
  eventsOfWholeDays: Relations['events'];
  /** Up to here answers come from closed time; NULL where nothing is closed yet. */
  closedUntil: Sql;
  /** The moment that posture is asked for, in epoch milliseconds. */
  asOf: number;
  /** Whether that is now: some of what is known is of now alone. */
  isNow: boolean;
  /** IANA zone in which the caller's days begin. */
  zone: string;
}

/** What an insight may need beside its rows to make its answer of them. */
export interface Told {
  /** What the statements that ran first gave. */
  before: readonly StoredRow[][];
  asOf: number;
  zone: string;
  /** Rows that are wanted at most: one more tells that there are more, others need not be made. */
  limit: number;
  /** With `needsKinds`: kinds of items that the sources deliver at all; of the others nothing is known, which is not 0. */
  kinds: ReadonlySet<string>;
  nameOf: (project: unknown) => string;
  /** What usage is compared with, by name. */
  limits: Readonly<Record<string, number>>;
  /** Where the vendor's own interface shows a row, from its `source` and these values; null without a template. */
  linkTo: (what: keyof LinkTemplates, row: Row, values: LinkValues) => string | null;
}

export interface InsightSpec<P extends Params> {
  /** For ever. A changed meaning is a new version. */
  id: string;
  /**
   * A query of a higher one is refused. The first insight to reach 2 also says here how a query of an
   * earlier version becomes one of this (`upgrade`), and run.ts calls it before parameters are read.
   */
  version: number;
  title: string;
  /** One or two sentences: what is counted, and how. */
  about: string;
  shape: Shape;
  needs?: Capability;
  defaultWindow: DefaultWindow;
  params: P;
  columns: Columns | ((param: ParamValues<P>) => Columns);
  /** Event fields and `metadata.*` that the insight can be filtered by. */
  filters: readonly string[];
  /** The longest range that is answered, in days; any where it is absent. */
  mostDays?: number;
  /** Rows are single events, newest first, so that a reader may ask for them a span of time at a time. */
  isPagedByTime?: boolean;
  /** For a series: the column that is 0 where nothing happened and null where nothing is known. */
  fill?: string;
  /** What a posture insight is known from: its range means nothing, and what is not known is null with a notice. */
  knownFrom?: readonly Origin[];
  /** `after` has to know which kinds of items the sources deliver. */
  needsKinds?: boolean;
  /** `after` makes other rows of those of the statement, so a limit is for its rows alone. */
  isReshaped?: boolean;
  /** Statements that run first, side by side, as `query` needs their rows as values; `after` has them too. */
  before?: (question: Question<P>) => readonly Sql[];
  /**
   * A statement, or for single events where they are looked for. It may give `after` more columns than are
   * shown, and where that makes rows of its own anyway, several statements that run side by side.
   */
  query: (
    question: Question<P>,
    before: readonly StoredRow[][],
  ) => Sql | readonly Sql[] | EventSearch;
  /** Pure. */
  after?: (rows: Row[], param: ParamValues<P>, told: Told) => { rows: Row[]; notices?: Notice[] };
}

/** An insight as readers see it: parameters are checked already, types of its own erased. */
export interface Insight extends Omit<
  InsightSpec<Params>,
  'columns' | 'before' | 'query' | 'after' | 'needs'
> {
  needs: Capability;
  columns: (param: Record<string, unknown>) => Columns;
  before: (question: Question<Params>) => readonly Sql[];
  query: (
    question: Question<Params>,
    before: readonly StoredRow[][],
  ) => Sql | readonly Sql[] | EventSearch;
  after: (
    rows: Row[],
    param: Record<string, unknown>,
    told: Told,
  ) => { rows: Row[]; notices?: Notice[] };
}

export function defineInsight<P extends Params>(spec: InsightSpec<P>): Insight {
  const { columns, before, query, after } = spec;
  return {
    ...spec,
    needs: spec.needs ?? 'insights',
    // The only place where the insight's own parameter types meet the readers' unknown ones: run.ts
    // has parsed `param` with this insight's schemas.
    columns: (param) =>
      typeof columns === 'function' ? columns(param as ParamValues<P>) : columns,
    before: (question) => before?.(question as unknown as Question<P>) ?? [],
    query: (question, rows) => query(question as unknown as Question<P>, rows),
    after: (rows, param, told) => (after ? after(rows, param as ParamValues<P>, told) : { rows }),
  };
}
