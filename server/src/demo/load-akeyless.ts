/** Sends the made-up account of Akeyless through the same doors as a real one. */
import { snapshotOf } from '../sources/akeyless/snapshot';
import type { Store } from '../store/store';
import { keepSnapshot } from '../store/usage/keep';
import { demoRecords, demoReports } from './akeyless';
import { sendTo } from './load';

export interface AkeylessLoad {
  store: Store;
  /** Where the server listens. */
  url: string;
  token: string;
  now: Date;
  signal: AbortSignal;
}

const source = 'demo';

/** Records go in by the ingest door, reports as the collector keeps them. Doing it again changes nothing. */
export async function loadDemoAkeyless(load: AkeylessLoad): Promise<void> {
  const { store, now, signal } = load;
  const records = [...demoRecords(now)].map((record) => JSON.stringify(record));
  await sendTo(`/api/v1/ingest/akeyless?source=${source}`, `[${records.join(',')}]`, load, signal);
  for (const report of demoReports(now)) {
    signal.throwIfAborted();
    await keepSnapshot(store, snapshotOf(report, { source, account: '', seenAt: now.getTime() }));
  }
}
