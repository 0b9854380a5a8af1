import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from '../../src/store/sql';
import { serveClickHouse } from '../clickhouse-http';
import type { ClickHouseHttp } from '../clickhouse-http';
import { readEvent } from '../events';
import { openTestStore } from '../harness';
import type { TestStore } from '../harness';

const admin = 'admin-token-of-the-tests-only';
const day = 86_400_000;

interface ServerProcess {
  url: string;
  child: ChildProcess;
}

/** Two whole servers, each a process, on one database behind ClickHouse's own protocol. */
describe('two servers on one database', () => {
  let test: TestStore;
  let http: ClickHouseHttp;
  let folder: string;
  const children: ChildProcess[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'secret-insights-servers-'));
    test = await openTestStore();
    http = await serveClickHouse(test, { name: 'default', password: 'a password' });
  });
  afterAll(async () => {
    for (const child of children) {
      child.kill('SIGCONT');
      child.kill('SIGKILL');
    }
    await http.close();
    await test.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function startServer(name: string): Promise<ServerProcess> {
    const port = await freePort();
    const child = fork(join(__dirname, 'server-process.ts'), [], {
      cwd: __dirname,
      execArgv: ['--import', 'tsx'],
      env: {
        PATH: process.env.PATH,
        SECRET_INSIGHTS_DATA: join(folder, name),
        SECRET_INSIGHTS_BIND: `127.0.0.1:${port}`,
        SECRET_INSIGHTS_ADVERTISED_URL: `http://127.0.0.1:${port}`,
        SECRET_INSIGHTS_ADMIN_TOKEN: admin,
        SECRET_INSIGHTS_LOG_LEVEL: 'silent',
        SECRET_INSIGHTS_LIMIT_QUERY_SECONDS: '5',
        CLICKHOUSE_URL: http.url,
        CLICKHOUSE_PASSWORD: 'a password',
        CLICKHOUSE_DATABASE: 'shared',
      },
    });
    children.push(child);
    const [said] = (await once(child, 'message')) as [{ url?: string; error?: string }];
    if (said.url === undefined) throw new Error(said.error);
    return { url: said.url, child };
  }

  async function freePort(): Promise<number> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }

  const call = ({ url }: ServerProcess, path: string, body?: unknown, token = admin) =>
    fetch(url + path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
  const json = async <T>(response: Response): Promise<T> => (await response.json()) as T;

  const yesterday = Math.floor(Date.now() / day) * day - day;
  const event = (hour = 3) =>
    readEvent({
      id: crypto.randomUUID(),
      createdAt: new Date(yesterday + hour * 3_600_000).toISOString(),
    });
  const ingest = async (server: ServerProcess, events: unknown[]): Promise<number> =>
    (await call(server, '/api/v1/ingest/infisical', events)).status;
  const totals = async (server: ServerProcess): Promise<{ reads: unknown; closed: unknown }> => {
    const span = `from=${yesterday}&to=${yesterday + day}`;
    const answer = await json<{ rows: { reads: number }[]; meta: { closed_until: string } }>(
      await call(server, `/api/v1/insights/access-totals?${span}`),
    );
    return { reads: answer.rows[0]?.reads, closed: answer.meta.closed_until };
  };

  it('answer alike, and one takes over within a minute when the other stands still', async () => {
    const first = await startServer('first');
    expect(await ingest(first, [event(), event()])).toBe(200);
    const second = await startServer('second');
    expect((await totals(second)).reads).toBe(2);

    // What comes to either is known to both before it is acknowledged.
    expect(await ingest(second, [event()])).toBe(200);
    expect([(await totals(first)).reads, (await totals(second)).reads]).toEqual([3, 3]);
    while ((await totals(second)).closed === null) await sleep(200);
    expect((await totals(first)).closed).toBe((await totals(second)).closed);
    expect(await ingest(first, [event()])).toBe(200);
    expect([(await totals(second)).reads, (await totals(first)).reads]).toEqual([4, 4]);

    const made = await json<{ id: string; token: string }>(
      await call(second, '/api/v1/tokens', { name: 't', capabilities: ['insights'] }),
    );
    for (const server of [first, second]) {
      expect((await call(server, '/api/v1/insights', undefined, made.token)).status).toBe(200);
    }
    await fetch(`${second.url}/api/v1/tokens/${made.id}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${admin}` },
    });
    for (const server of [first, second]) {
      expect((await call(server, '/api/v1/insights', undefined, made.token)).status).toBe(401);
    }

    // As if its machine stood still: it cannot even say that it goes.
    first.child.kill('SIGSTOP');
    const stopped = performance.now();
    expect((await totals(second)).reads).toBe(4);
    let status = 0;
    while (status !== 200) {
      await sleep(500);
      status = await ingest(second, [event(5)]).catch(() => 0);
    }
    expect((performance.now() - stopped) / 1000).toBeLessThan(60);
    const after = Number((await totals(second)).reads);
    expect(after).toBeGreaterThan(4);

    // Back again, it is no writer any more; what it is told goes to the one that is.
    first.child.kill('SIGCONT');
    let asked = await call(first, '/api/v1/insights');
    for (; asked.status !== 200; asked = await call(first, '/api/v1/insights')) {
      expect(asked.status).toBe(503);
      await sleep(100);
    }
    expect((await totals(first)).reads).toBe((await totals(second)).reads);
    const fresh = event(6);
    let told = 0;
    while (told !== 200) {
      told = await ingest(first, [fresh]);
      if (told !== 200) expect(told).toBe(503);
      await sleep(200);
    }
    const counted = (await totals(second)).reads;
    expect((await totals(first)).reads).toBe(counted);
    const [row] = await test.store.rows(
      sql`SELECT uniqExact(id) AS events FROM shared.infisical_events`,
      { surface: 'state' },
    );
    expect(row?.events).toBe(counted);
  }, 180_000);
});
