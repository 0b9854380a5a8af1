import { readdirSync, statSync, watch } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { IngestAnswer, InsightResult, Problem } from '../contract';
import { sql } from '../store/sql';
import { event } from './testing/events';
import { adminToken, startApi } from './testing/start-api';
import type { Api, CallOptions } from './testing/start-api';

let api: Api;
beforeAll(async () => {
  api = await startApi({
    SECRET_INSIGHTS_LIMIT_BODY: '64 KB',
    SECRET_INSIGHTS_LIMIT_UNPACKED: '256 KB',
    SECRET_INSIGHTS_LIMIT_EVENTS: '300',
    SECRET_INSIGHTS_LIMIT_INGESTS: '2',
  });
});
afterAll(() => api.close());
// Whatever a test did, nothing of a body may stay.
afterEach(() => expect(readdirSync(api.config.paths.spool)).toEqual([]));

const path = '/api/v1/ingest/infisical';
const send = (body: unknown, options: CallOptions = {}): Promise<Response> =>
  api.call(path, { body, ...options });
const answerOf = async (response: Promise<Response>): Promise<IngestAnswer> =>
  (await (await response).json()) as IngestAnswer;
const storedEvents = async (): Promise<unknown> =>
  (
    await api.store.rows(
      sql`SELECT count() AS events FROM ${api.store.table('infisical_events')}`,
      { surface: 'events' },
    )
  )[0]?.events;

const none = { rejected: [], rejected_total: 0 };

describe('events', () => {
  it('come as a batch, one by one, and one a line', async () => {
    expect(await answerOf(send([event(), event()]))).toEqual({ received: 2, stored: 2, ...none });
    expect(await answerOf(send(event()))).toEqual({ received: 1, stored: 1, ...none });
    const lines = `${JSON.stringify(event())}\n${JSON.stringify(event())}\n`;
    const headers = { 'content-type': 'application/x-ndjson' };
    expect(await answerOf(send(lines, { headers }))).toEqual({ received: 2, stored: 2, ...none });
    expect(await answerOf(send([]))).toEqual({ received: 0, stored: 0, ...none });
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('come packed with %s', async (encoding, pack) => {
    const body = pack(JSON.stringify([event(), event()]));
    expect(await answerOf(send(body, { headers: { 'content-encoding': encoding } }))).toMatchObject(
      { stored: 2 },
    );
  });

  it('are counted at once, under their source, with the name of their project', async () => {
    const body = [
      event({ projectId: 'dddddddd-0000-4000-8000-000000000001', projectName: 'Brand new' }),
    ];
    await send(body);
    await api.call(`${path}?source=prod-eu`, { body });
    const { rows } = await api.ask<InsightResult>(
      '/api/v1/insights/access-breakdown?by=project&project=Brand%20new',
    );
    expect(rows).toEqual([expect.objectContaining({ project: 'Brand new', reads: 1 })]);
  });

  it('that are bad are named; the good ones are stored, unless strict', async () => {
    const bad = [event(), event({ id: undefined }), event({ createdAt: '2031-01-01T00:00:00Z' })];
    const before = Number(await storedEvents());
    const strict = await api.call(`${path}?strict=true`, { body: bad });
    expect(strict.status).toBe(400);
    expect(((await strict.json()) as Problem).detail).toContain('Event 1: id');
    expect(await storedEvents()).toBe(before);
    const answer = await answerOf(send(bad));
    expect(answer).toMatchObject({ received: 3, stored: 1, rejected_total: 2 });
    expect(answer.rejected.map(({ position, field }) => [position, field])).toEqual([
      [1, 'id'],
      [2, 'createdAt'],
    ]);
    expect(await storedEvents()).toBe(before + 1);
  });

  it('lie in a private file while they are taken in', async () => {
    const modes: number[] = [];
    const watcher = watch(api.config.paths.spool, (_, name) => {
      const found =
        name === null
          ? undefined
          : statSync(join(api.config.paths.spool, name), { throwIfNoEntry: false });
      if (found) modes.push(found.mode & 0o777);
    });
    await send([event()]);
    watcher.close();
    expect(new Set(modes)).toEqual(new Set([0o600]));
    expect(statSync(api.config.paths.spool).mode & 0o777).toBe(0o700);
  });
});

it("answers Infisical's test of a new stream", async () => {
  const response = await send({ ping: 'ok' });
  expect([response.status, await response.json()]).toEqual([200, { pong: 'ok' }]);
});

describe('what does not fit is refused', () => {
  const large = 'x'.repeat(70_000);

  it.each<[string, unknown, Record<string, string>, number, string]>([
    [
      'a large body',
      JSON.stringify(event({ userAgent: large })),
      {},
      413,
      'The body is larger than 64 KB',
    ],
    [
      'a large packed body',
      gzipSync(Buffer.from(Array.from({ length: 80_000 }, () => Math.random() * 256)), {
        level: 0,
      }),
      { 'content-encoding': 'gzip' },
      413,
      'The body is larger than 64 KB',
    ],
    [
      'a bomb',
      gzipSync(Buffer.alloc(50_000_000, ' ')),
      { 'content-encoding': 'gzip' },
      413,
      'larger than 256 KB once unpacked',
    ],
    [
      'too many events',
      gzipSync(JSON.stringify(Array.from({ length: 301 }, () => event()))),
      { 'content-encoding': 'gzip' },
      413,
      '301 events; at most 300',
    ],
    ['an unknown packing', 'x', { 'content-encoding': 'zstd' }, 415, 'Content-Encoding must be'],
    [
      'a body that is not what it says',
      'x',
      { 'content-encoding': 'gzip' },
      400,
      'could not be unpacked',
    ],
    [
      'a cut packed body',
      gzipSync(JSON.stringify([event()])).subarray(0, 40),
      { 'content-encoding': 'gzip' },
      400,
      'could not be unpacked',
    ],
    [
      'an unknown type',
      'id=1',
      { 'content-type': 'application/x-www-form-urlencoded' },
      415,
      'Content-Type must be application/json',
    ],
    ['no JSON', '{"id": ', {}, 400, 'The body is not JSON'],
    ['nothing', '', {}, 400, 'The body is empty'],
  ])('%s', async (_, body, headers, status, sentence) => {
    const before = await storedEvents();
    const response = await send(body, { headers });
    expect(((await response.json()) as Problem).detail).toContain(sentence);
    expect(response.status).toBe(status);
    expect(await storedEvents()).toBe(before);
  });

  it('a body whose length nobody told, however long it is', async () => {
    const chunk = new TextEncoder().encode(' '.repeat(16_384));
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        sent += 1;
        if (sent > 600) controller.close();
        else controller.enqueue(chunk);
      },
    });
    const response = await fetch(api.url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
      body,
      duplex: 'half',
    });
    expect(response.status).toBe(413);
  });

  it.each(['source=', 'strict='])('%s of an odd value', async (name) => {
    const response = await api.call(`${path}?${name}${encodeURIComponent('../x y')}`, { body: [] });
    expect(response.status).toBe(400);
    expect(((await response.json()) as Problem).field).toBe(name.slice(0, -1));
  });
});

/** A sender that stops in the middle; `go` sends the rest, `leave` hangs up. */
function slowSender(): { answered: Promise<number>; go: () => void; leave: () => void } {
  const request = httpRequest(api.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
  });
  const answered = new Promise<number>((resolve, reject) => {
    request.once('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.once('error', reject);
  });
  request.write('[');
  return { answered, go: () => request.end(']'), leave: () => request.destroy() };
}
const spooled = async (files: number): Promise<void> => {
  while (readdirSync(api.config.paths.spool).length !== files)
    await new Promise((resolve) => setTimeout(resolve, 5));
};

describe('more senders than there is room for', () => {
  it('are asked to come again before their body is read', async () => {
    const first = slowSender();
    const second = slowSender();
    await spooled(2);
    const refused = await send([event()]);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('1');
    first.go();
    second.go();
    expect(await Promise.all([first.answered, second.answered])).toEqual([200, 200]);
    expect((await send([event()])).status).toBe(200);
  });

  it('get the place of one that hung up', async () => {
    const senders = [slowSender(), slowSender()];
    await spooled(2);
    for (const sender of senders) {
      sender.leave();
      await expect(sender.answered).rejects.toThrow();
    }
    await spooled(0);
    expect((await send([event()])).status).toBe(200);
  });
});

describe('content that wants to be more than content', () => {
  const canary = 'canary-9f31c7';
  const good = JSON.stringify(event({ userAgent: canary }));
  const attacks: [string, string][] = [
    ['a statement after the event', `${good}\n\n;DROP TABLE secret_insights.infisical_events`],
    ['a statement after an array', `[${good}]\n\n;DROP TABLE secret_insights.infisical_events`],
    ['a statement after nothing', '\n\n;DROP TABLE secret_insights.infisical_events;'],
    [
      'a file of the host',
      `[]\n\n;INSERT INTO secret_insights.projects SELECT * FROM file('/etc/passwd', 'LineAsString') -- ${canary}`,
    ],
    [
      'a quote',
      JSON.stringify(
        event({ userAgent: `${canary}'); DROP TABLE secret_insights.infisical_events; --` }),
      ),
    ],
    ['a format clause', `${good} FORMAT Null; DROP TABLE secret_insights.infisical_events`],
    ['no JSON with a name in it', `{"id": "${canary}", `],
  ];

  it.each(attacks)('%s changes nothing', async (_, body) => {
    const before = Number(await storedEvents());
    const response = await send(body);
    const text = await response.text();
    expect([200, 400]).toContain(response.status);
    expect(text).not.toContain(canary);
    expect(Number(await storedEvents())).toBeGreaterThanOrEqual(before);
    const projects = await api.store.rows(sql`SELECT name FROM ${api.store.table('projects')}`, {
      surface: 'events',
    });
    expect(JSON.stringify(projects)).not.toContain('root:');
  });

  it('is in no line of the log, and neither is a token', async () => {
    await api.call(`/api/v1/insights/access-totals?user_agent=${canary}&secret_key.glob=${canary}`);
    await api.call(`/api/v1/fields/environment/values?search=${canary}`);
    await api.call('/api/v1/query', {
      body: { queries: [{ refId: 'A', query: { insight: canary } }] },
    });
    await api.call('/api/v1/query', { body: `{"x": "${canary}` });
    await api.call(`/${canary}`);
    await api.call('/api/v1/insights', { token: canary });
    const made = await api.ask<{ token: string }>('/api/v1/tokens', {
      body: { name: 'n', capabilities: ['insights'] },
    });
    const log = api.logged.join('');
    expect(api.logged.length).toBeGreaterThan(20);
    expect(log).toContain('"route":"/api/v1/ingest/infisical"');
    for (const secret of [canary, adminToken, made.token]) expect(log).not.toContain(secret);
  });
});
