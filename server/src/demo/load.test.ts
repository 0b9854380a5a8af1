import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { loadDemo } from './load';

interface Call {
  readonly path: string | undefined;
  readonly authorization: string | undefined;
  readonly contentType: string | undefined;
  readonly characters: number;
  readonly ids: readonly string[];
}

interface Answer {
  readonly status: number;
  readonly retryAfter?: string;
  readonly body?: string;
}

// Long enough for several batches, short enough to be quick.
const story = { now: new Date('2026-11-20T12:34:56.789Z'), days: 12 };

describe('loading the demo', () => {
  let server: Server | undefined;

  afterEach(async () => {
    const closing = server;
    server = undefined;
    closing?.closeAllConnections();
    if (closing) await new Promise((closed) => closing.close(closed));
  });

  /** A stand-in for the ingest door that notes what it is sent. */
  async function listen(
    answerTo: (callNumber: number) => Answer,
  ): Promise<{ url: string; calls: Call[]; mostAtOnce: () => number }> {
    const calls: Call[] = [];
    let open = 0;
    let mostAtOnce = 0;
    server = createServer((request, response) => {
      open += 1;
      mostAtOnce = Math.max(mostAtOnce, open);
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const { authorization, 'content-type': contentType } = request.headers;
        const ids = (JSON.parse(text) as { id: string }[]).map(({ id }) => id);
        calls.push({ path: request.url, authorization, contentType, characters: text.length, ids });
        const { status, retryAfter, body = '{}' } = answerTo(calls.length);
        if (retryAfter !== undefined) response.setHeader('retry-after', retryAfter);
        response.statusCode = status;
        open -= 1;
        response.end(body);
      });
    });
    const listening = server;
    await new Promise<void>((ready) => listening.listen(0, '127.0.0.1', ready));
    const { port } = listening.address() as AddressInfo;
    return { url: `http://127.0.0.1:${port}`, calls, mostAtOnce: () => mostAtOnce };
  }

  it('sends every event once, in batches, and its progress reaches the total', async () => {
    const { url, calls, mostAtOnce } = await listen(() => ({ status: 200 }));
    const progress: [number, number][] = [];
    const onProgress = (done: number, total: number): void => void progress.push([done, total]);
    const { events } = await loadDemo({ url: `${url}/`, token: 'made-up', ...story, onProgress });

    expect(new Set(calls.flatMap(({ ids }) => ids)).size).toBe(events);
    expect(progress[0]).toEqual([0, events]);
    expect(progress.at(-1)).toEqual([events, events]);
    expect(mostAtOnce()).toBeLessThanOrEqual(2);
    for (const call of calls) {
      expect(call.path).toBe('/api/v1/ingest/infisical?source=demo');
      expect(call.authorization).toBe('Bearer made-up');
      expect(call.contentType).toBe('application/json');
      expect(call.ids.length).toBeLessThanOrEqual(5_000);
      expect(call.characters).toBeLessThan(10_000_000);
    }
  });

  it('waits and sends a batch again when the server is busy', async () => {
    const { url, calls } = await listen((callNumber) => {
      if (callNumber === 1) return { status: 503, retryAfter: '0' };
      if (callNumber === 3) return { status: 429, retryAfter: new Date().toUTCString() };
      return { status: 200 };
    });
    const { events } = await loadDemo({
      url,
      token: 'made-up',
      ...story,
      onProgress: () => undefined,
    });
    const sent = calls.flatMap(({ ids }) => ids);
    expect(new Set(sent).size).toBe(events);
    // Two batches came twice.
    expect(sent.length).toBe(events + 10_000);
  });

  it('stops with one sentence when it is refused', async () => {
    const body = JSON.stringify({ title: 'Not allowed', detail: 'The token lacks "ingest".' });
    const { url, calls } = await listen(() => ({ status: 403, body }));
    const loading = loadDemo({ url, token: 'made-up', ...story, onProgress: () => undefined });
    await expect(loading).rejects.toThrow(
      /^The server refused the demo events with 403: The token lacks "ingest"\.$/,
    );
    expect(calls.length).toBeLessThanOrEqual(2);
  });

  it('stops when it is told to', async () => {
    const { url } = await listen(() => ({ status: 503, retryAfter: '20' }));
    const stop = new AbortController();
    const onProgress = (): void => void setTimeout(() => stop.abort(), 500);
    const loading = loadDemo({ url, token: 'made-up', ...story, onProgress, signal: stop.signal });
    await expect(loading).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('says so when nobody answers', async () => {
    const { url } = await listen(() => ({ status: 200 }));
    await new Promise((closed) => server?.close(closed));
    server = undefined;
    const loading = loadDemo({ url, token: 'made-up', ...story, onProgress: () => undefined });
    await expect(loading).rejects.toThrow(
      /^The server at http:\/\/127\.0\.0\.1:\d+ could not be reached/,
    );
  });
});
