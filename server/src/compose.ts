import type { Config } from './config/config';
import type { Insights, InsightSettings } from './insights/insights';
import { loadZones } from './insights/zones';
import { akeylessEventTable } from './sources/akeyless/event-table';
import { akeyless } from './sources/akeyless/vendor';
import { rememberedIdentities } from './sources/infisical/collector/identities';
import { auditLogTable, ownEventTable } from './sources/infisical/event-table';
import type { AuditLogTable } from './sources/infisical/event-table';
import { infisical } from './sources/infisical/vendor';
import { EmbeddedEngine } from './store/embedded-engine';
import { migrate } from './store/migrate';
import { ProjectDirectory } from './store/projects';
import { Events } from './store/relations/events';
import { rawOnly } from './store/relations/plan';
import { ClosedTime } from './store/rollups/closed-time';
import { Pace } from './store/rollups/pace';
import { PartWatcher, isWatchable } from './store/rollups/part-watcher';
import { RollupPlanner } from './store/rollups/planner';
import { expiredProjects } from './store/rollups/roll';
import type { Paced } from './store/rollups/roll';
import { ServerEngine } from './store/server-engine';
import { sql } from './store/sql';
import type { StateLog } from './store/state-log';
import { Store } from './store/store';
import type { StatementStatistics } from './store/store';
import { combined } from './store/vendors';

export interface StoreConfig extends Pick<Config, 'clickhouse' | 'limits'> {
  paths: Pick<Config['paths'], 'store'>;
}

/** The store that the settings name, with the newest tables. */
export async function openStore(
  { clickhouse, limits, paths }: StoreConfig,
  statistics?: StatementStatistics,
): Promise<Store> {
  // One more than run at once for screens and files: alerts have a place of their own.
  const connections = limits.connections + 1;
  const engine =
    clickhouse.url === null
      ? await EmbeddedEngine.open(paths.store, connections)
      : new ServerEngine({
          url: clickhouse.url,
          username: clickhouse.user,
          password: clickhouse.password,
          connections,
          requestTimeoutMs: (limits.querySeconds + 5) * 1000,
        });
  const perQuery = {
    seconds: limits.querySeconds,
    memoryBytes: limits.queryMemoryBytes,
    atOnce: limits.connections,
    waiting: limits.waiting,
    answerBytes: limits.answerBytes,
  };
  const store = new Store(engine, clickhouse.database, perQuery, statistics, clickhouse.cluster);
  try {
    await migrate(store);
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

export interface InsightsOptions {
  store: Store;
  state: StateLog;
  /** Infisical's own tables on the same server, read beside ours. */
  auditLogTables: readonly AuditLogTable[];
  collectorIdentities: readonly string[];
  /** Rows an answer may have at most. */
  rows: number;
  links?: InsightSettings['links'];
  usageLimits?: InsightSettings['usageLimits'];
  now?: () => number;
  /** Whether another server closes time and looks at tables of others; this one only reads. */
  isReader?: boolean;
  /** Part of the time that may go into reading those tables for rollups. */
  readShare?: number;
  /** Actions that usage leaves out as the platform's own, beside those without an actor. */
  systemActions?: readonly string[];
}

/** How old an answer from a table may be that does not show what was written to it. */
const unwatchedMs = 5_000;

/** The insights, and what keeps closed time true while they are answered. */
export interface OpenInsights extends Insights {
  watched: readonly PartWatcher[];
  paced: Paced;
}

/** Puts the road from store to insights together, once. */
export async function openInsights({
  store,
  state,
  auditLogTables,
  collectorIdentities,
  rows,
  links = {},
  usageLimits = {},
  now = Date.now,
  isReader = false,
  readShare = 0.25,
  systemActions = [],
}: InsightsOptions): Promise<OpenInsights> {
  const vendor = combined([
    infisical([
      ownEventTable(store),
      ...(await Promise.all(auditLogTables.map((table) => auditLogTable(store, table)))),
    ]),
    akeyless([akeylessEventTable(store)], { systemActions }),
  ]);
  await store.knownOrgs.load(store, vendor.tables);
  const raw = new Events(vendor, rawOnly, store.knownOrgs);
  const closed = new ClosedTime(state, (span) => expiredProjects(store, raw, span));
  const planner = new RollupPlanner(store, closed);
  // Our own doors announce what they write, so only reading a customer's table has to be spaced.
  const { run: paced } = new Pace(auditLogTables.length === 0 ? 1 : readShare);
  const watched = auditLogTables.map(
    ({ database, table }) =>
      new PartWatcher({ store, state, closed, database, table, time: sql`createdAt`, paced }),
  );
  const areWatchable = await Promise.all(auditLogTables.map((table) => isWatchable(store, table)));
  const isRaw = areWatchable.includes(false);
  if (isRaw) store.keepAnswersFor(unwatchedMs);
  // What was written while this program was down has to be known before the first answer.
  if (!isRaw && !isReader) for (const table of watched) await table.look();
  return {
    store,
    vendor,
    // A view or a distributed table does not show what was written to it, so all its time stays open.
    events: isRaw ? raw : new Events(vendor, planner, store.knownOrgs),
    closed,
    projects: await ProjectDirectory.load(store),
    settings: {
      rows,
      links,
      usageLimits,
      // Live: a collector learns who it is when it signs in, which may be after the first answer.
      get collectorIdentities() {
        return [...collectorIdentities, ...rememberedIdentities(state)];
      },
    },
    zones: await loadZones(store),
    now,
    closedUntil: (range) => (isRaw ? null : planner.closedUntil(range)),
    watched: isRaw || isReader ? [] : watched,
    paced,
  };
}
