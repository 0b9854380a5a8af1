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
import type { Store } from './store/store';

export interface InsightsOptions {
  store: Store;
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
  return {
    store,
    vendor,
    events: new Events(vendor, rawOnly),
    projects: await ProjectDirectory.load(store),
    settings: { rows, collectorIdentities },
    now,
    closedUntil: () => null,
  };
}
