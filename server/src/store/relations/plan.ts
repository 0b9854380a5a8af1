import type { Sql } from '../sql';
import type { Planner } from './events';

/** Epoch milliseconds, half-open. */
export interface Interval {
  from: number;
  to: number;
}

/** Rows of a rollup table that answer a part of the range. */
export interface RollupPart {
  table: Sql;
  /** Which rows of the table are current and inside the range. */
  condition: Sql;
}

/** Every question from raw events: right at any moment, and what the rollups are compared with. */
export const rawOnly: Planner = {
  plan: ({ range }) => ({ rollups: [], raw: [range] }),
};
