import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

import { buildServer, command, startProgram } from '../../test/command';
import type { Ended, Environment, Started } from '../../test/command';
import type { InsightResult } from '../contract';

const organisation = '0c0ffee0-0000-4000-8000-000000000001';
const hour = 3_600_000;
const start = Date.now() - 3 * hour;

const event = (number: number) => ({
  id: `0c0ffee0-0000-4000-9000-${String(number).padStart(12, '0')}`,
  orgId: organisation,
  projectId: 'p-payments',
  projectName: 'payments',
  actor: 'service',
  actorMetadata: { serviceId: 's-1', name: 'ci, "runner"' },
  eventType: 'get-secrets',
  eventMetadata: { environment: number % 2 ? 'prod' : 'dev', secretPath: '/', numberOfSecrets: 3 },
  ipAddress: '192.0.2.7',
  userAgent: 'made up',
  userAgentType: 'cli',
  createdAt: new Date(start + number).toISOString(),
});
const eventsFrom = (first: number, count: number) =>
  Array.from({ length: count }, (_, index) => event(first + index));
const asLines = (list: unknown[]): string =>
  list.map((each) => `${JSON.stringify(each)}\n`).join('');

async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

describe('the command line, with a server', () => {
  let folder: string;
  let server: Started | undefined;
  let local: Environment;
  let bind: string;

  const run = (...args: string[]): Promise<Ended> => command(local, args);
  const file = (name: string, content: string | Buffer): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const answerOf = async (...args: string[]): Promise<InsightResult> => {
    const { code, stdout, stderr } = await run('query', ...args, '--format', 'json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return JSON.parse(stdout) as InsightResult;
  };
  const reads = async (): Promise<unknown> =>
    (await answerOf('access-totals', '--from', 'now-1d')).rows[0]?.reads;

  beforeAll(async () => {
    buildServer();
    folder = mkdtempSync(join(tmpdir(), 'cli-'));
    // Takes less at once than an import sends first.
    const env = { SECRET_INSIGHTS_BIND: '127.0.0.1:0', SECRET_INSIGHTS_LIMIT_EVENTS: '6000' };
    const said = /answers at http:\/\/(127\.0\.0\.1:\d+)\n/;
    server = await startProgram({ folder, env }, ['server/dist/cli/main.js', 'serve'], said);
    bind = said.exec(server.said.stdout)?.[1] ?? '';
    local = { folder, env: { SECRET_INSIGHTS_BIND: bind } };
    // The compiler alone takes its time on a busy machine.
  }, 180_000);

  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('imports lines, tells what was rejected, and counts an event once', async () => {
    const bad = { ...event(3), id: 'none' };
    const path = file('lines.ndjson', asLines([...eventsFrom(1, 2), bad, ...eventsFrom(4, 2)]));
    const { code, stdout, stderr } = await run('import', path);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^5 events sent: 4 stored, 1 rejected\.\n {2}event 3, id: .+\n$/);
    expect(await reads()).toBe(4);

    const packed = file('again.gz', gzipSync(JSON.stringify(eventsFrom(1, 6), null, 2)));
    expect((await run('import', packed)).stdout).toMatch(/^6 events sent/);
    expect(await reads()).toBe(6);
  });

  it('imports a saved response of the API from standard input', async () => {
    const [{ eventType, eventMetadata, actor, actorMetadata, ...rest }] = eventsFrom(7, 1) as [
      ReturnType<typeof event>,
    ];
    const nested = {
      ...rest,
      event: { type: eventType, metadata: eventMetadata },
      actor: { type: actor, metadata: actorMetadata },
    };
    const response = JSON.stringify({ auditLogs: [nested] });
    const { code, stdout } = await command(local, ['import', '-'], response);
    expect([code, stdout]).toEqual([0, '1 events sent: 1 stored, 0 rejected.\n']);
    expect(await reads()).toBe(7);
  });

  it('goes on with an import where it broke off', async () => {
    const path = file('broken.ndjson', `${asLines(eventsFrom(100, 32_000))}{"id":`);
    const first = await run('import', path);
    expect(first.code).toBe(2);
    expect(first.stderr).toMatch(
      /^.*broken\.ndjson is not JSON behind event 32,000 \(.+\); the 32,000 events before that are sent\.\n$/,
    );
    expect(await reads()).toBe(32_007);
    const states = join(folder, 'state', 'secret-insights', 'imports');
    const [state = ''] = readdirSync(states);
    expect(JSON.parse(readFileSync(join(states, state), 'utf8'))).toMatchObject({ events: 32_000 });

    const second = await run('import', path);
    expect(second.stdout).toMatch(/^Going on after the first 32,000 events/);
    const third = await run('import', path, '--restart');
    expect(third.stdout).toBe('');
    expect(await reads()).toBe(32_007);

    const whole = file('whole.ndjson', asLines(eventsFrom(100, 1)));
    await run('import', whole);
    // A finished import leaves nothing to go on with.
    expect(readdirSync(states)).toEqual([state]);
  });

  it('answers as a table, as JSON and as CSV', async () => {
    const asked = ['access-breakdown', '--by', 'environment', '--from', 'now-1d'];
    const table = await run('query', ...asked);
    expect(table.stdout).toMatch(
      /^Environment +Reads {2}Actors {2}Last read\n(prod|dev) +16,00\d {7}1 {2}\d{4}-\d\d-\d\d \d\d:\d\d\n/,
    );
    const { rows } = await answerOf(...asked);
    expect(rows.map(({ environment }) => environment).sort()).toEqual(['dev', 'prod']);
    const csv = await run('query', ...asked, '--format', 'csv', '--limit=1');
    expect(csv.stdout).toMatch(/^environment,reads,actors,last_read\r\n\w+,1600\d,1,[^\n]+Z\r\n$/);
  });

  it('takes parameters, filters and projects by name', async () => {
    const filtered = await answerOf(
      'access-volume',
      '--project',
      'payments',
      '--filter',
      'environment.not-in=dev',
      '--bucket=hour',
      '--from',
      'now-1d',
    );
    const total = filtered.rows.reduce((sum, row) => sum + Number(row.reads), 0);
    expect(total).toBe(16_004);
    const actors = await answerOf('top-actors', '--limit', '1');
    expect(actors.rows).toMatchObject([{ label: 'Service: ci, "runner" (32,007)' }]);
  });

  it.each([
    [['query', 'nonsense'], /^There is no insight 'nonsense'\. There are: access-volume/],
    [['query', 'access-volume', '--bucket', 'eon'], /^bucket must be one of .*, not "eon"\.\n$/],
    [['query', 'access-volume', '--bucket'], /^--bucket needs a value\.\n$/],
    [['query', 'access-volume', 'now'], /^'now' is one word too many/],
    [['query', 'access-volume', '--filter', 'prod'], /^--filter must be field=value or/],
    [['query', 'access-volume', '--format', 'xml'], /Allowed choices are table, json, csv\. See/],
    [['query'], /^Missing required argument 'insight'\. See secret-insights --help\.\n$/],
    [['nonsense'], /^Unknown command 'nonsense'\. See secret-insights --help\.\n$/],
    [[], /^Name a command: secret-insights --help lists them\.\n$/],
    [
      ['import', '/nowhere'],
      /^\/nowhere cannot be read: name a file, or - for standard input\.\n$/,
    ],
    [
      ['token', 'create', '--name', 'x', '--capabilities', 'insights', '--expires', 'soon'],
      /^--expires must be/,
    ],
    [['token', 'create', '--name', 'x', '--capabilities', 'all'], /capabilities/],
    [['token', 'revoke', 'nonsense'], /^There is no token with this id\.\n$/],
  ])('calls %j wrong use, in one sentence', async (args, sentence) => {
    const { code, stdout, stderr } = await run(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(sentence);
    expect(stderr.trimEnd()).not.toContain('\n');
  });

  it('shows help as a success', async () => {
    const { code, stdout, stderr } = await run('query', '--help');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(
      'secret-insights query access-volume --project payments --from now-30d',
    );
  });

  it('makes a token that may do what it says, lists it and ends it', async () => {
    const made = await run(
      ...['token', 'create', '--name', 'reader', '--capabilities', 'insights', '--expires', '90d'],
    );
    expect(made.code).toBe(0);
    const token = made.stdout.trim();
    expect(token).toMatch(/^si_[\w-]{43}$/);
    const id = /^Token (\w+) is made/.exec(made.stderr)?.[1] ?? '';
    const env = { SECRET_INSIGHTS_URL: `http://${bind}`, SECRET_INSIGHTS_TOKEN: token };
    const reader = { folder, env };
    expect((await command(reader, ['query', 'access-totals'])).code).toBe(0);
    const refused = await command(reader, ['import', '-'], JSON.stringify(event(1)));
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('ingest')]);

    const { stdout: list } = await run('token', 'list');
    const soon = new Date(Date.now() + 90 * 24 * hour).toISOString().slice(0, 10);
    expect(list).toMatch(new RegExp(`^${id} +reader +insights +all +[\\d-]+ +${soon}$`, 'm'));
    expect(list).not.toContain(token);

    expect((await run('token', 'revoke', id)).code).toBe(0);
    const ended = await command(reader, ['query', 'access-totals']);
    expect([ended.code, ended.stderr]).toEqual([
      1,
      expect.stringMatching(/Check SECRET_INSIGHTS_TOKEN\.\n$/),
    ]);
  });

  it('says what to do where no server answers', async () => {
    const silent = { folder, env: { SECRET_INSIGHTS_BIND: '127.0.0.1:1' } };
    const { code, stderr } = await command(silent, ['query', 'access-totals']);
    expect([code, stderr]).toEqual([
      1,
      'No server answers at http://127.0.0.1:1: start it with `npm start`, or set SECRET_INSIGHTS_URL.\n',
    ]);
    const elsewhere = { folder: tmpdir(), env: { SECRET_INSIGHTS_DATA: join(folder, 'nowhere') } };
    const untouched = await command(elsewhere, ['query', 'access-totals']);
    expect([untouched.code, untouched.stderr]).toEqual([
      1,
      expect.stringMatching(/^There is no token in .*admin-token: start the server/),
    ]);
    const far = { folder, env: { SECRET_INSIGHTS_URL: 'http://example.invalid' } };
    const { code: wrong, stderr: why } = await command(far, ['query', 'access-totals']);
    expect([wrong, why]).toEqual([2, expect.stringMatching(/^SECRET_INSIGHTS_TOKEN is not set/)]);
  });

  it('sends its token to no other server than the one it was told', async () => {
    const seen: (string | undefined)[] = [];
    const other = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.end('{}');
    });
    const port = await portOf(other);
    const redirecting = createServer((_, response) => {
      response.writeHead(307, { location: `http://127.0.0.1:${port}/` }).end();
    });
    const env = { SECRET_INSIGHTS_BIND: `127.0.0.1:${await portOf(redirecting)}` };
    const { code } = await command({ folder, env }, ['query', 'access-totals']);
    other.close();
    redirecting.close();
    expect([code, seen]).toEqual([1, []]);
  });

  it('opens a store directly only while no server has it', async () => {
    const store = join(folder, 'data', 'store');
    const asked = ['query', 'access-totals', '--from', 'now-1d', '--store', store];
    const busy = await run(...asked);
    expect([busy.code, busy.stderr]).toEqual([
      1,
      // The engine itself says something before.
      expect.stringMatching(/^Another process already uses the store in .*: stop it/m),
    ]);
    expect(await server?.stop()).toBe(0);
    for (const [format, shown] of [
      ['table', /^Requests +32,007\nReads +32,007\n/],
      ['csv', /^requests,reads,.*\r\n32007,32007,/],
      ['json', /^\{"columns":.*"reads":32007.*\}\n$/],
    ] as const) {
      const { code, stdout, stderr } = await run(...asked, '--format', format);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(shown);
    }
    const absent = await run('query', 'access-totals', '--store', join(folder, 'absent'));
    expect([absent.code, absent.stderr]).toEqual([
      2,
      expect.stringMatching(/^There is no store in/),
    ]);
  });

  it('ends at once on a second Ctrl-C, whatever is under way', async () => {
    const own = mkdtempSync(join(tmpdir(), 'cli-stop-'));
    const token = 'admin-token-of-the-tests-only';
    const env = { SECRET_INSIGHTS_BIND: '127.0.0.1:0', SECRET_INSIGHTS_ADMIN_TOKEN: token };
    const said = /answers at http:\/\/127\.0\.0\.1:(\d+)\n/;
    const busy = await startProgram(
      { folder: own, env },
      ['server/dist/cli/main.js', 'serve'],
      said,
    );
    const client = connect(Number(said.exec(busy.said.stdout)?.[1]), '127.0.0.1');
    client.on('error', () => undefined);
    client.write(
      `POST /api/v1/query HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{`,
    );
    await sleep(300);
    busy.child.kill('SIGINT');
    await sleep(1_000);
    expect(busy.child.exitCode).toBeNull();
    const started = performance.now();
    await busy.stop('SIGINT');
    expect(performance.now() - started).toBeLessThan(2_000);
    expect(busy.child.signalCode).toBe('SIGINT');
    rmSync(own, { recursive: true, force: true });
  });
});
