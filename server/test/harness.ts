import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openInsights } from '../src/compose';
import type { InsightsOptions, OpenInsights } from '../src/compose';
import { capabilities } from '../src/contract';
import type { Filter, IngestAnswer, InsightResult } from '../src/contract';
import type { Insights } from '../src/insights/insights';
import { runInsight } from '../src/insights/run';
import type { Caller, InsightRequest } from '../src/insights/run';
import { ingestAkeyless } from '../src/sources/akeyless/ingest';
import { ingestInfisical } from '../src/sources/infisical/ingest';
import type { IngestOptions } from '../src/sources/infisical/ingest';
import { EmbeddedEngine } from '../src/store/embedded-engine';
import { migrate } from '../src/store/migrate';
import { Closer } from '../src/store/rollups/closer';
import { StateLog } from '../src/store/state-log';
import { Store } from '../src/store/store';

/** The clock of every test: a Sunday, mid-morning in UTC, a week after New York's change to summer time. */
export const now = Date.parse('2026-03-15T10:30:00Z');
/** Longer than the spread of the test events, so that a leap day two years back is still kept. */
export const retentionDays = 1200;

export const everyone: Caller = { capabilities: new Set(capabilities), projects: null };

export interface TestStore {
  store: Store;
  engine: EmbeddedEngine;
  /** The store's own folder. */
  path: string;
  /** A file beside the store that goes with it. */
  spool: (body: string | Buffer) => string;
  ingest: (events: readonly unknown[], options?: Partial<IngestOptions>) => Promise<IngestAnswer>;
  ingestBody: (body: string | Buffer, options?: Partial<IngestOptions>) => Promise<IngestAnswer>;
  /** A body of Akeyless's audit records. */
  ingestAkeyless: (body: string, options?: Partial<IngestOptions>) => Promise<IngestAnswer>;
  /** Opened again at each call, so that it knows what was ingested and closed before. */
  insights: (options?: Partial<InsightsOptions>) => Promise<OpenInsights>;
  /** Counts every closed day and hour into the rollups. @returns how many spans were counted. */
  closeDue: () => Promise<number>;
  close: () => Promise<void>;
}

/** The embedded engine has one folder a process: what a failed test left open must not fail the next. */
let current: TestStore | null = null;
afterAll(() => current?.close());

/** A real embedded store in a folder of its own, which `close` removes. */
export async function openTestStore(connections = 4): Promise<TestStore> {
  await current?.close();
  const folder = mkdtempSync(join(tmpdir(), 'secret-insights-'));
  const path = join(folder, 'store');
  const engine = await EmbeddedEngine.open(path, connections);
  const store = new Store(engine, 'secret_insights', { seconds: 60, memoryBytes: 2e9 });
  await migrate(store);
  const insights: TestStore['insights'] = async (options = {}) =>
    openInsights({
      store,
      state: await StateLog.replay(store),
      auditLogTables: [],
      collectorIdentities: [],
      rows: 100_000,
      now: () => now,
      ...options,
    });
  const { events, closed } = await insights();
  const closer = new Closer({
    store,
    events,
    closed,
    now: () => now,
    onError: (error) => {
      throw error;
    },
  });
  let bodies = 0;
  const spool = (body: string | Buffer): string => {
    const file = join(folder, `body-${bodies++}.json`);
    writeFileSync(file, body);
    return file;
  };
  const usual: IngestOptions = {
    source: 'stream',
    strict: false,
    retentionDays,
    maxEvents: 1_000_000,
    now,
  };
  const ingestBody: TestStore['ingestBody'] = (body, options) =>
    ingestInfisical({ store, closed }, spool(body), { ...usual, ...options });
  current = {
    store,
    engine,
    path,
    spool,
    ingestBody,
    ingestAkeyless: (body, options) =>
      ingestAkeyless({ store, closed }, spool(body), { ...usual, source: 'akeyless', ...options }),
    ingest: (events, options) => ingestBody(JSON.stringify(events), options),
    insights,
    closeDue: () => closer.closeDue(),
    close: async () => {
      current = null;
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return current;
}

export interface Asked {
  params?: Record<string, unknown>;
  filters?: Filter[];
  range?: { from: number; to: number };
  zone?: string;
  limit?: number;
  points?: number;
  caller?: Caller;
}

/** One insight, asked as a reader asks it. */
export function ask(
  insights: Insights,
  insight: string,
  asked: Asked = {},
): Promise<InsightResult> {
  const { params, filters, range, zone, limit, points, caller = everyone } = asked;
  const request: InsightRequest = {
    query: {
      insight,
      ...(params && { params }),
      ...(filters && { filters }),
      ...(zone !== undefined && { zone }),
    },
    ...(range && { range }),
    ...(limit !== undefined && { limit }),
    ...(points !== undefined && { points }),
  };
  return runInsight(insights, request, caller);
}

export const at = (iso: string): number => Date.parse(iso);
export const span = (from: string, to: string): { from: number; to: number } => ({
  from: at(from),
  to: at(to),
});
