import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openInsights } from '../src/compose';
import type { InfisicalSource } from '../src/config/infisical-source';
import type { Insights } from '../src/insights/insights';
import { Collectors } from '../src/sources/infisical/collector/collectors';
import type { CollectorsOptions } from '../src/sources/infisical/collector/collectors';
import type { Poll } from '../src/store/inventory/polls';
import { StateLog } from '../src/store/state-log';
import { sql } from '../src/store/sql';
import type { Sql } from '../src/store/sql';
import { now, openTestStore, retentionDays } from './harness';
import type { TestStore } from './harness';
import { InfisicalStandIn, sourceOf } from './infisical-stand-in';
import { projectsWithCopies } from './infisical-world';

export { sourceOf };

export const digestKey = Buffer.from(Array.from({ length: 32 }, (_, index) => index * 7));

export interface Collecting {
  test: TestStore;
  insights: Insights;
  /** Every attempt, oldest first. */
  attempts: Poll[];
  /** A server that starts, asks once, and stops; what it remembered is read again at the next call. */
  poll: (
    sources: readonly InfisicalSource[],
    options?: Partial<CollectorsOptions>,
  ) => Promise<Collectors>;
  /** Lets time pass for everybody. */
  pass: (ms: number) => void;
  clock: () => number;
  rows: (statement: Sql) => Promise<Record<string, unknown>[]>;
  /** Names of the files in the spool. */
  spooled: () => string[];
  close: () => Promise<void>;
}

/** A real store and the collectors on it, with a clock that stands still unless it is told to go. */
export async function openCollecting(): Promise<Collecting> {
  const test = await openTestStore();
  const spool = mkdtempSync(join(tmpdir(), 'secret-insights-spool-'));
  const attempts: Poll[] = [];
  let time = now;
  const clock = (): number => time;
  const open = async (state: StateLog): Promise<Insights> =>
    openInsights({
      store: test.store,
      state,
      auditLogTables: [],
      collectorIdentities: [],
      rows: 100_000,
      now: clock,
    });
  const collecting: Collecting = {
    test,
    insights: await open(await StateLog.replay(test.store)),
    attempts,
    poll: async (sources, options = {}) => {
      const state = await StateLog.replay(test.store);
      collecting.insights = await open(state);
      const collectors = await Collectors.open({
        sources,
        insights: collecting.insights,
        state,
        spool,
        retentionDays,
        onAttempt: (poll, unexpected) => {
          attempts.push(poll);
          if (unexpected !== undefined) throw unexpected;
        },
        onError: (error) => {
          throw error;
        },
        patience: { attempts: 3, firstWaitMs: 1, mostWaitMs: 2_000 },
        ...options,
      });
      time += 1_000;
      await collectors.pollAll();
      return collectors;
    },
    pass: (ms) => {
      time += ms;
    },
    clock,
    rows: (statement) => test.store.rows(statement, { surface: 'state' }),
    spooled: () => readdirSync(spool),
    close: async () => {
      await test.close();
      rmSync(spool, { recursive: true, force: true });
    },
  };
  return collecting;
}

/**
 * Gives each test of a file a source of its own, whose projects hold copies of values, and collectors on
 * a new store; both end after it.
 * @param ready takes what was opened, before each test.
 * @returns polls the source once, a minute after whatever was before.
 */
export function collectCopies(
  ready: (opened: { at: Collecting; standIn: InfisicalStandIn }) => void,
): (more?: Partial<InfisicalSource>) => Promise<void> {
  let standIn: InfisicalStandIn;
  let at: Collecting;
  beforeEach(async () => {
    standIn = await InfisicalStandIn.start();
    standIn.projects = projectsWithCopies();
    at = await openCollecting();
    ready({ at, standIn });
  });
  afterEach(async () => {
    await at.close();
    await standIn.close();
  });
  return async (more = {}) => {
    at.pass(60_000);
    await at.poll([sourceOf(standIn, more)]);
    at.pass(60_000);
  };
}

/** `source project kind name` of what is there now. */
export async function liveItems({ rows, test }: Collecting): Promise<string[]> {
  const found = await rows(
    sql`SELECT concat(source, ' ', project_id, ' ', kind, ' ', environment, secret_path, ' ', name) AS item
        FROM ${test.store.table('inventory_current')} FINAL WHERE NOT gone ORDER BY item`,
  );
  return found.map(({ item }) => String(item));
}
