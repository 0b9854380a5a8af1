import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedEngine } from '../../src/store/embedded-engine';
import { sql } from '../../src/store/sql';
import { Store } from '../../src/store/store';
import { InfisicalStandIn, credentials } from '../infisical-stand-in';
import type { Logged } from '../infisical-stand-in';
import { auditLog, project, secret } from '../infisical-world';

const path = /audit-logs/;
let standIn: InfisicalStandIn;
let folder: string;
let children: ChildProcess[];
beforeEach(async () => {
  children = [];
  standIn = await InfisicalStandIn.start();
  standIn.projects = [project('shop', { prod: [secret('A', 'canary-value')] })];
  folder = mkdtempSync(join(tmpdir(), 'secret-insights-collectors-'));
  writeFileSync(
    join(folder, 'secret-insights.yaml'),
    `limits: { raw_retention_days: 2 }
sources:
  infisical:
    - name: main
      url: ${standIn.url}
      client_id: ${credentials.clientId}
      client_secret: \${STAND_IN_SECRET}
      audit_logs: api
      requests_per_minute: 10000
`,
  );
});
afterEach(async () => {
  for (const child of children) end(child, 'SIGKILL');
  await standIn.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The real command, in a folder of its own, with everything it logs. */
function serve(): { child: ChildProcess; logged: string[] } {
  const command = join(__dirname, '..', '..', 'src', 'cli', 'main.ts');
  const child = spawn(process.execPath, [require.resolve('tsx/cli'), command, 'serve'], {
    // Its own group: tsx starts a process of its own, which is to die with it.
    detached: true,
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      SECRET_INSIGHTS_BIND: '127.0.0.1:0',
      SECRET_INSIGHTS_LOG_LEVEL: 'trace',
      STAND_IN_SECRET: credentials.clientSecret,
    },
  });
  children.push(child);
  const logged: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text: Buffer) => void logged.push(text.toString()));
  }
  return { child, logged };
}

function end(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  process.kill(-child.pid, signal);
}

async function until(is: () => boolean): Promise<void> {
  for (const started = Date.now(); !is(); await sleep(50)) {
    if (Date.now() - started > 40_000) throw new Error('that did not come');
  }
}
const asked = (offset: string): Logged[] =>
  standIn.asked(path).filter(({ query }) => query.offset === offset);

it('killed in the middle of a window, it goes on there and skips nothing', async () => {
  const now = Date.now();
  standIn.auditLogs = Array.from({ length: 2_300 }, (_, index) => auditLog(now - index * 20_000));
  standIn.faults.push({ path, query: { offset: '1000' }, times: 1, how: 'hang' });
  const first = serve();
  await until(() => asked('1000').length === 1);
  const cutOff = asked('1000')[0]?.query.startDate;
  end(first.child, 'SIGKILL');
  await once(first.child, 'exit');
  standIn.log.length = 0;

  const second = serve();
  await until(() => asked('2000').length === 1 && standIn.asked(path).at(-1)?.status === 200);
  // Each poll begins at a moment of its own within two seconds, so either may be the last.
  for (const kind of ['audit-logs', 'inventory']) {
    await until(() => second.logged.join('').includes(`"kind":"${kind}"`));
  }
  // In the middle of whatever it does next: what it has stored stays.
  end(second.child, 'SIGTERM');
  await once(second.child, 'exit');
  expect(standIn.asked(path)[0]?.query.startDate).toBe(cutOff);

  const engine = await EmbeddedEngine.open(join(folder, 'data', 'store'), 1);
  const store = new Store(engine, 'secret_insights', { seconds: 60, memoryBytes: 2e9 });
  const rows = await store.rows(
    sql`SELECT DISTINCT toString(id) AS id FROM ${store.table('infisical_events')} ORDER BY id`,
    { surface: 'state' },
  );
  const items = await store.rows(
    sql`SELECT name FROM ${store.table('inventory_current')} FINAL WHERE kind = 'secret'`,
    { surface: 'state' },
  );
  await store.close();
  expect(rows.map(({ id }) => String(id))).toEqual(standIn.auditLogs.map(({ id }) => id).sort());
  expect(items).toEqual([{ name: 'A' }]);

  const said = [...first.logged, ...second.logged].join('');
  for (const secretText of [credentials.clientSecret, 'canary-value', 'e30.', 'Bearer']) {
    expect(said).not.toContain(secretText);
  }
  expect(standIn.asked(/v4/).map(({ query }) => query.viewSecretValue)).not.toContain('true');
});
