import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { now } from '../../test/harness';
import { readEvent } from '../../test/events';
import { EmbeddedEngine } from './embedded-engine';
import { migrate } from './migrate';
import { sql } from './sql';
import { Store } from './store';

const repository = join(__dirname, '..', '..', '..');

describe('the embedded engine and other processes', () => {
  let folder: string;
  let path: string;
  const children: ChildProcess[] = [];
  const engines: EmbeddedEngine[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'secret-insights-'));
    path = join(folder, 'store');
  });
  afterEach(async () => {
    for (const engine of engines.splice(0)) await engine.close();
    for (const child of children.splice(0)) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(): Promise<EmbeddedEngine> {
    const engine = await EmbeddedEngine.open(path, 2);
    engines.push(engine);
    return engine;
  }

  /** Starts another process on the store. @returns it with the first line that it says. */
  async function startChild(events: number): Promise<{ child: ChildProcess; said: string }> {
    const body = join(folder, 'body.json');
    writeFileSync(body, JSON.stringify(Array.from({ length: events }, () => readEvent())));
    const child = spawn(
      process.execPath,
      [
        join(repository, 'node_modules', 'tsx', 'dist', 'cli.mjs'),
        join(repository, 'server', 'test', 'child-store.ts'),
        path,
        body,
        String(now),
      ],
      { stdio: ['pipe', 'pipe', 'inherit'], detached: true },
    );
    children.push(child);
    // As in a shell's loop over lines, which no statement may take for rows.
    child.stdin.end('(1, 2)\nthe next line\n');
    const [said] = (await once(child.stdout, 'data')) as [Buffer];
    return { child, said: said.toString().trim() };
  }

  /** Also what the process itself started, as `kill -9` on a group does. */
  async function killHard(child: ChildProcess): Promise<void> {
    const exited = once(child, 'exit');
    process.kill(-(child.pid ?? 0), 'SIGKILL');
    await exited;
  }

  it('keeps what was acknowledged when the process is killed the moment after', async () => {
    const { child, said } = await startChild(500);
    expect(said).toBe('stored 500');
    await killHard(child);
    const engine = await open();
    const store = new Store(engine, 'secret_insights', { seconds: 60, memoryBytes: 1e9 });
    await migrate(store);
    const rows = await store.rows(
      sql`SELECT uniqExact(id) AS events, (SELECT sum(accepted) FROM ${store.table('ingest_log')}) AS accepted FROM ${store.table('infisical_events')}`,
      { surface: 'state' },
    );
    expect(rows).toEqual([{ events: 500, accepted: 500 }]);
  });

  it('refuses a second process on its path in one sentence', async () => {
    await open();
    const { said } = await startChild(1);
    expect(said).toBe(
      `failed Another process already uses the store in ${path}: stop it, or choose another folder with SECRET_INSIGHTS_DATA.`,
    );
  });

  it('keeps its folder from other users of the machine', async () => {
    await open();
    expect(statSync(path).mode & 0o077).toBe(0);
  });
});
