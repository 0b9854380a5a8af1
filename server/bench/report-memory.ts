import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pino from 'pino';
import { SMTPServer } from 'smtp-server';
import { loadConfig } from '../src/config/config';
import { capabilities } from '../src/contract';
import { openReports } from '../src/reports/open-reports';
import type { Reports } from '../src/reports/reports';
import type { Requester } from '../src/reports/requester';
import type { Run } from '../src/reports/run';
import { insightsOn, tight, withStore } from './bench-store';
import { fill } from './events';
import { measured, megabytes, timeAndMemory } from './memory';
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

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { rows: { type: 'string', default: '1000000' }, help: { type: 'boolean' } },
  });
  if (values.help) {
    console.log(help);
    return;
  }
  const rows = Number(values.rows);
  const mail = await startMailSink();
  await withStore('report', tight, async (store, folder) => {
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
    // Some of the events are logins, which no access log has.
    const events = Math.ceil(rows * 1.12);
    await fill(store, { events, days: 85, until, redelivered: 0 }, 0, (done) =>
      progress('events', done, events),
    );
    const { state, insights } = await insightsOn(store);
    const log = pino({ level: 'silent' });
    const reports = await openReports({ config, insights, state, version: 'bench', log });
    // What the engine and the runtime take once is no matter of the report's size.
    await measureReport(reports, 'now-2d');
    printTable('access log report', [
      await measureReport(reports, 'now-10d'),
      await measureReport(reports, 'now-87d'),
    ]);
    await reports.stop();
  }).finally(() => mail.close());
}

async function measureReport(reports: Reports, from: string): Promise<object> {
  const made = await measured(() => makeReport(reports, from));
  const { status, rows, bytes } = made.result;
  return {
    from,
    status,
    rows: rows ?? 0,
    file_mb: megabytes(bytes ?? 0),
    ...timeAndMemory(made),
  };
}

async function makeReport(reports: Reports, from: string): Promise<Run> {
  const { id } = await reports.request(
    { reports: [{ type: 'secret-access-log', from }], recipients: 'ann@example.test' },
    requester,
  );
  let run: Run = reports.get(id, requester);
  while (run.status === 'pending' || run.status === 'generating') {
    await pause(20);
    run = reports.get(id, requester);
  }
  return run;
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
