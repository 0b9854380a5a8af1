import type { ClosedTime } from '../../store/rollups/closed-time';
import type { Sql } from '../../store/sql';
import type { Store } from '../../store/store';

/** What a door writes to, and whom it tells before it writes. */
export interface Doors {
  store: Store;
  closed: ClosedTime;
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
  /** Members of an event that a body is read for, each as text. */
  members: readonly string[];
  /**
   * A table in memory for one body: the members, and made of them `event_id`, `org_id`, `event_time`,
   * `projectId`, `projectName`, `problem_field`, `problem_reason` and `problem_kind`. `problem_field` is
   * empty for a good event.
   */
  stagingTable: (table: Sql, options: IngestOptions) => Sql;
  /** The table that the events go to, and its columns. */
  target: (store: Store) => Sql;
  /** The good events of a staging table, in those columns. */
  goodEvents: (batch: Batch) => Sql;
}

/** The events of one body, in their staging table. */
export interface Batch extends IngestOptions {
  staged: Sql;
  batch: string;
}
