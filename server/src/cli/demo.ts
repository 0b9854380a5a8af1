import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '../compose';
import type { Config } from '../config/config';
import { loadDemo } from '../demo/load';
import { loadDemoAkeyless } from '../demo/load-akeyless';
import { Failure } from '../failure';
import type { Running } from '../main';
import { sql } from '../store/sql';
import type { Store } from '../store/store';
import { formatCount } from './terminal';

/** The connection that the made-up events come by: what marks a store as a demo. */
const demoSource = 'demo';

/** The connections that sent the events in our own table. */
export async function sourcesIn(store: Store): Promise<string[]> {
  const rows = await store.rows(
    sql`SELECT DISTINCT source FROM ${store.table('infisical_events')} ORDER BY source`,
    { surface: 'state' },
  );
  return rows.map(({ source }) => String(source));
}

export const isDemo = (sources: readonly string[]): boolean => sources.join() === demoSource;

/** Whether there are no events but made-up ones, or none at all. */
export async function holdsOnlyDemo(config: Config): Promise<boolean> {
  if (config.clickhouse.url === null && !existsSync(config.paths.store)) return true;
  const store = await openStore(config);
  try {
    const sources = await sourcesIn(store);
    return sources.length === 0 || isDemo(sources);
  } finally {
    await store.close();
  }
}

export interface DemoLoad {
  config: Config;
  running: Running;
  token: string;
  signal: AbortSignal;
  onProgress: (text: string) => void;
}

/** Whether the demo is to be loaded, by people's own settings: nothing is there yet, or a load broke off. */
export async function wantsDemo(
  { insights }: Running,
  { paths, sources }: Config,
): Promise<boolean> {
  // Whoever has configured a connection waits for its events and wants no others.
  if (sources.infisical.length > 0 || sources.akeyless.length > 0) return false;
  return existsSync(markIn(paths)) || (await sourcesIn(insights.store)).length === 0;
}

/**
 * Sends the made-up events through the ingest door. A mark in the data folder says that a load is under
 * way: one that broke off is repeated with the same events, which then count once.
 */
export async function loadDemoEvents(load: DemoLoad): Promise<void> {
  const { config, running, token, signal, onProgress } = load;
  const mark = markIn(config.paths);
  const now = demoTime(config.paths);
  writeFileSync(mark, '', { mode: 0o600 });
  await loadDemo({
    url: running.url,
    token,
    now,
    signal,
    onProgress: (done, total) => onProgress(`${formatCount(done)} of ${formatCount(total)} events`),
  });
  await loadDemoAkeyless({
    store: running.insights.store,
    url: running.url,
    token,
    now,
    signal,
  });
  rmSync(mark, { force: true });
}

/** Deletes the embedded store. @throws Failure where it holds anything but the demo. */
export async function resetDemo(config: Config): Promise<void> {
  const { clickhouse, paths } = config;
  if (clickhouse.url !== null) {
    throw new Failure(
      'conflict',
      `--reset clears the embedded store only: drop the database ${clickhouse.database} of the ClickHouse server yourself.`,
    );
  }
  if (existsSync(paths.store)) await refuseOtherEvents(config);
  rmSync(paths.store, { recursive: true, force: true });
  for (const file of [markIn(paths), timeFileIn(paths)]) rmSync(file, { force: true });
}

async function refuseOtherEvents(config: Config): Promise<void> {
  const store = await openStore(config);
  try {
    const others = (await sourcesIn(store)).filter((source) => source !== demoSource);
    if (others.length === 0) return;
    throw new Failure(
      'conflict',
      `The store in ${config.paths.store} holds events of ${others.join(', ')}, not only the demo: delete that folder yourself if you mean it.`,
    );
  } finally {
    await store.close();
  }
}

const markIn = ({ data }: Config['paths']): string => join(data, 'demo-loading');
const timeFileIn = ({ data }: Config['paths']): string => join(data, 'demo-time');

/** When the made-up story ends: the same at every start, because events and inventory count from it. */
export function demoTime(paths: Config['paths']): Date {
  const file = timeFileIn(paths);
  const kept = existsSync(file) ? new Date(readFileSync(file, 'utf8').trim()) : null;
  if (kept !== null && !Number.isNaN(kept.getTime())) return kept;
  const now = new Date();
  mkdirSync(paths.data, { recursive: true, mode: 0o700 });
  writeFileSync(file, `${now.toISOString()}\n`, { mode: 0o600 });
  return now;
}
