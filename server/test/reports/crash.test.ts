import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMailServer } from './mail-server';
import type { MailServer } from './mail-server';

interface Ended {
  status: string;
  reason: string | null;
  attempts: number;
  recipients: { state: string }[];
  files: unknown[];
  ok: boolean;
}

const tsx = require.resolve('tsx/cli');
let mail: MailServer;
let folder: string;
beforeEach(async () => {
  mail = await startMailServer();
  folder = mkdtempSync(join(tmpdir(), 'secret-insights-crash-'));
});
afterEach(async () => {
  await mail.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the server up to a moment and kills it there, or to the end of the run. */
function serve(moment: string): Promise<string> {
  const child = spawn(process.execPath, [tsx, join(__dirname, 'crash-child.ts'), folder, moment], {
    // Its own group: tsx starts a process of its own, which is to die with it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      SECRET_INSIGHTS_SMTP_HOST: '127.0.0.1',
      SECRET_INSIGHTS_SMTP_PORT: String(mail.port),
      SECRET_INSIGHTS_REPORT_RECIPIENTS: '@example.test',
    },
  });
  let said = '';
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said === 'here\n' && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    });
    child.on('close', () => (said === '' ? reject(new Error(complaint)) : resolve(said)));
  });
}

async function killedThenEnded(moment: string): Promise<Ended> {
  expect(await serve(moment)).toBe('here\n');
  return JSON.parse(await serve('')) as Ended;
}

const mails = (): string[] => mail.received.map(({ to }) => to).sort();
const all = ['a@example.test', 'b@example.test', 'c@example.test'];

describe('a server that is killed', () => {
  it.each([
    'after pending',
    'before generating',
    'after generating',
    'before manifest',
    'after manifest',
    'before generated',
    'after generated',
    'before sending',
    'after accepted',
    'before completed',
  ])(
    '%s takes the run up again, and everybody gets one mail',
    async (moment) => {
      const run = await killedThenEnded(moment);
      expect(run).toMatchObject({ status: 'completed', reason: null, ok: true });
      expect(run.recipients.map(({ state }) => state)).toEqual(all.map(() => 'accepted'));
      expect(run.files).toHaveLength(2);
      expect(mails()).toEqual(all);
    },
    120_000,
  );

  it('after completed mails nobody twice', async () => {
    const run = await killedThenEnded('after completed');
    expect(run.status).toBe('completed');
    expect(mails()).toEqual(all);
  }, 120_000);

  it('after a mail is noted as being sent, before the mail server is asked: unknown, not sent', async () => {
    const run = await killedThenEnded('after sending');
    expect(run).toMatchObject({ status: 'partial', ok: true });
    expect(run.reason).toContain('Unknown whether it reached b@example.test');
    expect(run.recipients.map(({ state }) => state)).toEqual(['accepted', 'unknown', 'accepted']);
    expect(mails()).toEqual([all[0], all[2]]);
  }, 120_000);

  it('after the mail server took a mail, before that is noted: unknown, and not sent twice', async () => {
    const run = await killedThenEnded('before accepted');
    expect(run.status).toBe('partial');
    expect(run.recipients.map(({ state }) => state)).toEqual(['accepted', 'unknown', 'accepted']);
    expect(mails()).toEqual(all);
  }, 120_000);

  it('while it waits for a busy mail server tries again', async () => {
    mail.behaviour.set('b@example.test', 'refuse-later');
    expect(await serve('after between-rounds')).toBe('here\n');
    mail.behaviour.clear();
    const run = JSON.parse(await serve('')) as Ended;
    expect(run.status).toBe('completed');
    expect(mails()).toEqual(all);
  }, 120_000);

  it('three times over the same run gives it up, and says so', async () => {
    for (let time = 0; time < 3; time += 1) {
      expect(await serve('before manifest')).toBe('here\n');
    }
    const run = JSON.parse(await serve('')) as Ended;
    expect(run).toMatchObject({
      status: 'failed',
      reason: 'It was interrupted 3 times and is not tried again.',
    });
    expect(mails()).toEqual([]);
  }, 180_000);
});
