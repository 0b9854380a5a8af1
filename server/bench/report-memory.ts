import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pino from 'pino';
import { SMTPServer } from 'smtp-server';
import { openInsights } from '../src/compose';
import { loadConfig } from '../src/config/config';
import { capabilities } from '../src/contract';
import { openReports } from '../src/reports/open-reports';
import type { Reports } from '../src/reports/reports';
import type { Requester } from '../src/reports/requester';
import type { Run } from '../src/reports/run';
import { EmbeddedEngine } from '../src/store/embedded-engine';
import { migrate } from '../src/store/migrate';
import { StateLog } from '../src/store/state-log';
import { Store } from '../src/store/store';
import { fill } from './events';
import { printTable, progress } from './report';

const help = `npx tsx server/bench/report-memory.ts [--rows 1000000]

Makes an access log report of so many rows on the embedded engine, mails it to a mail server on the
loopback, and prints how much memory that added to the process, the engine in it included.`;

const day = 86_400_000;
const until = Math.floor(Date.now() / day) * day;
const requester: Requester = {
  name: 'bench',
  email: null,
  capabilities: new Set(capabilities),
  projects: null,
};
const megabytes = (bytes: number): number => Math.round(bytes / 2 ** 20);

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { rows: { type: 'string', default: '1000000' }, help: { type: 'boolean' } },
  });
  if (values.help) {
    console.log(help);
    return;
  }
  const rows = Number(values.rows);
  const folder = mkdtempSync(join(tmpdir(), 'secret-insights-report-'));
  const mail = await startMailSink();
  try {
    const config = loadConfig(
      {
        SECRET_INSIGHTS_DATA: folder,
        SECRET_INSIGHTS_REPORT_ROWS: String(rows),
        SECRET_INSIGHTS_REPORT_RECIPIENTS: '@example.test',
        SECRET_INSIGHTS_REPORT_MAIL_SIZE: '100 MB',
        SECRET_INSIGHTS_SMTP_HOST: '127.0.0.1',
        SECRET_INSIGHTS_SMTP_PORT: String(mail.port),
      },
      folder,
    );
    const engine = await EmbeddedEngine.open(config.paths.store, 2);
    const store = new Store(engine, 'secret_insights', { seconds: 120, memoryBytes: 2e9 });
    await migrate(store);
    // Some of the events are logins, which no access log has.
    const events = Math.ceil(rows * 1.12);
    await fill(store, { events, days: 85, until, redelivered: 0 }, 0, (done) =>
      progress('events', done, events),
    );
    const state = await StateLog.replay(store);
    const insights = await openInsights({
      store,
      state,
      auditLogTables: [],
      collectorIdentities: [],
      rows: 100_000,
    });
    const log = pino({ level: 'silent' });
    const reports = await openReports({ config, insights, state, version: 'bench', log });
    // What the engine and the runtime take once is no matter of the report's size.
    await measured(reports, 'now-2d');
    printTable('access log report', [
      await measured(reports, 'now-10d'),
      await measured(reports, 'now-87d'),
    ]);
    await reports.stop();
    await store.close();
  } finally {
    await mail.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measured(reports: Reports, from: string): Promise<object> {
  const before = process.memoryUsage.rss();
  let peak = before;
  const started = performance.now();
  const { id } = await reports.request(
    { reports: [{ type: 'secret-access-log', from }], recipients: 'ann@example.test' },
    requester,
  );
  let run: Run = reports.get(id, requester);
  while (run.status === 'pending' || run.status === 'generating') {
    await pause(20);
    peak = Math.max(peak, process.memoryUsage.rss());
    run = reports.get(id, requester);
  }
  return {
    from,
    status: run.status,
    rows: run.rows ?? 0,
    file_mb: megabytes(run.bytes ?? 0),
    seconds: Math.round((performance.now() - started) / 100) / 10,
    rss_before_mb: megabytes(before),
    rss_added_mb: megabytes(peak - before),
  };
}

async function startMailSink(): Promise<{ port: number; close: () => Promise<void> }> {
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData: (stream, _session, done) => {
      stream.on('end', () => done());
      stream.resume();
    },
  });
  const listener = smtp.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { port: address.port, close: () => new Promise((resolve) => smtp.close(resolve)) };
}

void main();
