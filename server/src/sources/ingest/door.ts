import type { ClosedTime } from '../../store/rollups/closed-time';
import type { Sql } from '../../store/sql';
import type { Store } from '../../store/store';
import type { Check } from './problems';

/** What a door writes to, and whom it tells before it writes. */
export interface Doors {
  store: Store;
  closed: ClosedTime;
  /** Called when names of projects were stored, before their body is acknowledged. */
  projectsNamed?: () => Promise<void>;
}

export interface IngestOptions {
  /** Name of the connection the events came by. */
  source: string;
  /** Refuse the whole body where one event is bad, instead of storing the good ones. */
  strict: boolean;
  retentionDays: number;
  maxEvents: number;
  /** Epoch milliseconds. */
  now: number;
}

/** What one vendor's door does its own way; the rest is the same for all. */
export interface EventDoor {
  vendor: string;
  /** Members of an event that a body is read for, each as text. */
  members: readonly string[];
  /**
   * A table in memory for bodies: the members, and made of them `event_id`, `org_id`, `event_time`,
   * `projectId`, `projectName` and `problem`, as `firstProblem` gives it.
   */
  stagingTable: (table: Sql) => Sql;
  /** What else can be wrong, depending on when and how a body comes. */
  arrivalChecks: (options: IngestOptions) => readonly Check[];
  /** The table that the events go to, and its columns. */
  target: (store: Store) => Sql;
  /** The good events of a staging table, in those columns. */
  goodEvents: (batch: Batch) => Sql;
}

/** The events of one body. */
export interface Batch extends IngestOptions {
  /** Their staging table with `problem_field`, `problem_reason` and `problem_kind`, empty for a good event. */
  staged: Sql;
  batch: string;
}
