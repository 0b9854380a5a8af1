import { sql } from '../sql';
import type { Sql } from '../sql';
import type { StoredColumn } from '../vendor';
import type { Word } from '../rollups/words';
import type { Planner } from './events';

/** Epoch milliseconds, half-open. */
export interface Interval {
  from: number;
  to: number;
}

/** A project of an organisation in one text; '' is the organisation itself, so the id alone is not enough. */
export type ProjectKey = string;

export const projectKey = (org: Sql, project: Sql): Sql =>
  sql`concat(toString(${org}), '/', ${project})`;

/** Time that is answered from raw events. */
export interface RawPart extends Interval {
  /** Projects that a rollup answers there, because their raw events have expired. */
  except?: readonly ProjectKey[];
}

export interface Grouping {
  by: Sql[];
  columns: Sql[];
}

/** Rows of a rollup table that answer a part of the range. */
export interface RollupPart {
  table: Sql;
  /** How its rows are grouped by some columns, and how those are read from the groups, in the order given. */
  grouping: (columns: readonly (StoredColumn | Word)[]) => Grouping;
  /** Which rows of the table are current and inside the range. */
  condition: Sql;
}

/** Every question from raw events: right at any moment, and what the rollups are compared with. */
export const rawOnly: Planner = {
  plan: ({ range }) => ({ rollups: [], raw: [range] }),
};
