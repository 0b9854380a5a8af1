import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openInsights } from '../src/compose';
import type { InsightsOptions } from '../src/compose';
import type { Insights } from '../src/insights/insights';
import { EmbeddedEngine } from '../src/store/embedded-engine';
import { migrate } from '../src/store/migrate';
import { Closer } from '../src/store/rollups/closer';
import { StateLog } from '../src/store/state-log';
import { Store } from '../src/store/store';
import type { QueryLimits, StatementStatistics } from '../src/store/store';

interface StoreOptions {
  connections: number;
  limits: QueryLimits;
  /** A folder for the store, which stays; without it the store is removed afterwards. */
  keepIn?: string | null;
  statistics?: StatementStatistics;
}

/** A machine on which nothing but the measured is in the way; as a server, with a connection for alerts. */
export const roomy = { connections: 5, limits: { seconds: 600, memoryBytes: 16e9 } };
/** Where it is memory that is measured. */
export const tight = { connections: 2, limits: { seconds: 120, memoryBytes: 2e9 } };

/**
 * Works on an embedded store with the newest tables.
 * @param work is also given a folder for other files, which is removed afterwards.
 */
export async function withStore(
  name: string,
  { connections, limits, keepIn = null, statistics }: StoreOptions,
  work: (store: Store, folder: string) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), `secret-insights-${name}-`));
  try {
    const engine = await EmbeddedEngine.open(keepIn ?? join(folder, 'store'), connections);
    const store = new Store(engine, 'secret_insights', limits, statistics);
    try {
      await migrate(store);
      await work(store, folder);
    } finally {
      await store.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The insights over what a store holds now. */
export async function insightsOn(
  store: Store,
  options: Partial<InsightsOptions> = {},
): Promise<{ state: StateLog; insights: Insights }> {
  const state = await StateLog.replay(store);
  const insights = await openInsights({
    store,
    state,
    auditLogTables: [],
    collectorIdentities: [],
    rows: 100_000,
    ...options,
  });
  return { state, insights };
}

/** What closes days, as the server has it. */
export const closerOf = ({ store, events, closed, now }: Insights): Closer =>
  new Closer({ store, events, closed, now, onError: (error) => console.error(error) });
