/** A process of its own on a store: says `stored` when an ingest has returned, and stays until killed. */
import { EmbeddedEngine } from '../src/store/embedded-engine';
import { ingestInfisical } from '../src/sources/infisical/ingest';
import { migrate } from '../src/store/migrate';
import { ClosedTime } from '../src/store/rollups/closed-time';
import { StateLog } from '../src/store/state-log';
import { Store } from '../src/store/store';

const [path = '', body = '', now = ''] = process.argv.slice(2);

async function main(): Promise<void> {
  const engine = await EmbeddedEngine.open(path, 2);
  const store = new Store(engine, 'secret_insights', { seconds: 60, memoryBytes: 2e9 });
  await migrate(store);
  const closed = new ClosedTime(await StateLog.replay(store));
  const answer = await ingestInfisical({ store, closed }, body, {
    source: 'stream',
    strict: false,
    retentionDays: 400,
    maxEvents: 100_000,
    now: Number(now),
  });
  process.stdout.write(`stored ${answer.stored}\n`);
  setInterval(() => undefined, 60_000);
}

main().catch((error: unknown) => {
  process.stdout.write(`failed ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
