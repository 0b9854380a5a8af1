/**
 * The whole server in a process of its own, which stops in its tracks at a moment of a run: right after
 * a change was noted, or right before one is. It says so and waits to be killed.
 */
import { randomUUID } from 'node:crypto';
import pino from 'pino';
import { openInsights } from '../../src/compose';
import { loadConfig } from '../../src/config/config';
import { capabilities } from '../../src/contract';
import { openReports } from '../../src/reports/open-reports';
import { runSchema } from '../../src/reports/run';
import type { Run } from '../../src/reports/run';
import { EmbeddedEngine } from '../../src/store/embedded-engine';
import { migrate } from '../../src/store/migrate';
import { StateLog } from '../../src/store/state-log';
import { Store } from '../../src/store/store';

const [folder = '', moment = ''] = process.argv.slice(2);

const moments: Record<string, (run: Run) => boolean> = {
  pending: ({ status }) => status === 'pending',
  generating: ({ status, sequence }) => status === 'generating' && sequence === null,
  generated: ({ sequence, recipients }) =>
    sequence !== null && recipients.every(({ state }) => state === 'queued'),
  sending: ({ recipients }) => recipients[1]?.state === 'sending',
  accepted: ({ recipients }) => recipients[1]?.state === 'accepted',
  'between-rounds': ({ recipients }) =>
    recipients[1]?.state === 'queued' && recipients[1].attempts > 0,
  completed: ({ status }) => status === 'completed' || status === 'partial',
};

const stay = (): Promise<never> => {
  process.stdout.write('here\n');
  setInterval(() => undefined, 60_000);
  return new Promise(() => undefined);
};

async function main(): Promise<void> {
  const config = loadConfig({ ...process.env, SECRET_INSIGHTS_DATA: folder }, folder);
  const engine = await EmbeddedEngine.open(config.paths.store, 2);
  const store = new Store(engine, 'secret_insights', { seconds: 60, memoryBytes: 2e9 });
  await migrate(store);
  const state = await StateLog.replay(store);
  const [when, which = ''] = moment.split(' ');
  const append = state.append.bind(state);
  state.append = async (kind, key, body) => {
    const run = kind === 'report-run' && body !== null ? runSchema.parse(body) : null;
    const isMoment = run !== null && (moments[which]?.(run) ?? false);
    const isManifest = which === 'manifest' && kind === 'report-manifest';
    if (when === 'before' && (isMoment || isManifest)) await stay();
    await append(kind, key, body);
    if (when === 'after' && (isMoment || isManifest)) await stay();
  };
  const insights = await openInsights({
    store,
    state,
    auditLogTables: [],
    collectorIdentities: [],
    rows: 100_000,
  });
  const reports = await openReports({
    config,
    insights,
    state,
    version: 'test',
    log: pino({ level: 'silent' }),
    retryAfterMs: [300],
  });
  await reports.start();
  const requester = {
    name: randomUUID(),
    email: null,
    capabilities: new Set(capabilities),
    projects: null,
  };
  const [known] = reports.list(requester);
  const { id } =
    known ??
    (await reports.request(
      {
        reports: 'secret-access-log,auth-methods',
        recipients: ['a@example.test', 'b@example.test', 'c@example.test'],
      },
      requester,
    ));
  for (;;) {
    const run = reports.get(id, requester);
    if (run.status !== 'pending' && run.status !== 'generating') {
      await reports.stop();
      const { ok } = await reports.verify(requester);
      process.stdout.write(`${JSON.stringify({ ...run, ok })}\n`);
      await store.close();
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
