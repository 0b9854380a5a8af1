import type { Capability, Notice, Row, Shape } from '../contract';
import type { Relations } from '../store/relations/relations';
import type { Sql } from '../store/sql';
import type { Columns } from './columns';
import type { Params, ParamValues } from './params';
import type { DefaultWindow } from './windows';

export interface Question<P extends Params> extends Relations {
  param: ParamValues<P>;
  /** Start of the bucket that `time` falls into, in the caller's zone. */
  bucket: Sql;
  /** End of the range, which is now on a live dashboard. */
  to: Sql;
  /** Every event of the whole UTC days inside the range; today is whole while the range ends now. */
  eventsOfWholeDays: Relations['events'];
  /** Up to here answers come from closed time; NULL where nothing is closed yet. */
  closedUntil: Sql;
}

export interface InsightSpec<P extends Params> {
  /** For ever. A changed meaning is a new version. */
  id: string;
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
  /** For a series: the column that is 0 where nothing happened and null where nothing is known. */
  fill?: string;
  query: (question: Question<P>) => Sql;
  /** Pure: same columns in and out. */
  after?: (rows: Row[], param: ParamValues<P>) => { rows: Row[]; notices?: Notice[] };
}

/** An insight as readers see it: parameters are checked already, types of its own erased. */
export interface Insight extends Omit<
  InsightSpec<Params>,
  'columns' | 'query' | 'after' | 'needs'
> {
  needs: Capability;
  columns: (param: Record<string, unknown>) => Columns;
  query: (question: Question<Params>) => Sql;
  after: (rows: Row[], param: Record<string, unknown>) => { rows: Row[]; notices?: Notice[] };
}

export function defineInsight<P extends Params>(spec: InsightSpec<P>): Insight {
  const { columns, query, after } = spec;
  return {
    ...spec,
    needs: spec.needs ?? 'insights',
    // The only place where the insight's own parameter types meet the readers' unknown ones: run.ts
    // has parsed `param` with this insight's schemas.
    columns: (param) =>
      typeof columns === 'function' ? columns(param as ParamValues<P>) : columns,
    query: (question) => query(question as unknown as Question<P>),
    after: (rows, param) => (after ? after(rows, param as ParamValues<P>) : { rows }),
  };
}
