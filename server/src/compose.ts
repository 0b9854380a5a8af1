import type { Insights } from './insights/insights';
import {
  accessLogEvents,
  actorKind,
  authMethodLabel,
  eventClass,
  readEvents,
} from './sources/infisical/labels';
import { auditLogTable, ownEventTable } from './sources/infisical/event-table';
import type { AuditLogTable } from './sources/infisical/event-table';
import type { Vendor } from './sources/vendor';
import { ProjectDirectory } from './store/projects';
import { Events } from './store/relations/events';
import { rawOnly } from './store/relations/plan';
import { ClosedTime } from './store/rollups/closed-time';
import { RollupPlanner } from './store/rollups/planner';
import type { StateLog } from './store/state-log';
import type { Store } from './store/store';

export interface InsightsOptions {
  store: Store;
  state: StateLog;
  /** Infisical's own tables on the same server, read beside ours. */
  auditLogTables: readonly AuditLogTable[];
  collectorIdentities: readonly string[];
  /** Rows an answer may have at most. */
  rows: number;
  now?: () => number;
}

/** Puts the road from store to insights together, once. */
export async function openInsights({
  store,
  state,
  auditLogTables,
  collectorIdentities,
  rows,
  now = Date.now,
}: InsightsOptions): Promise<Insights> {
  const vendor: Vendor = {
    name: 'infisical',
    tables: [
      ownEventTable(store),
      ...(await Promise.all(auditLogTables.map((table) => auditLogTable(store, table)))),
    ],
    readEvents,
    accessLogEvents,
    authMethodLabel,
    eventClass,
    actorKind,
  };
  const closed = new ClosedTime(state);
  const planner = new RollupPlanner(store, closed);
  return {
    store,
    vendor,
    // A table that others write to does not announce its writes, so its time stays open.
    events: new Events(vendor, auditLogTables.length === 0 ? planner : rawOnly),
    closed,
    projects: await ProjectDirectory.load(store),
    settings: { rows, collectorIdentities },
    now,
    closedUntil: (range) => (auditLogTables.length === 0 ? planner.closedUntil(range) : null),
  };
}
