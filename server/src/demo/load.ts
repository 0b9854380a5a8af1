/** Sends the made-up events through the same door as real ones. */
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';

import { demoEvents, type DemoOptions } from './events';

export interface LoadOptions {
  /** where the server listens, for example http://127.0.0.1:8085 */
  url: string;
  token: string;
  now: Date;
  /** as many days as demoEvents makes when none is said */
  days?: number;
  onProgress: (done: number, total: number) => void;
  signal?: AbortSignal;
}

interface Batch {
  readonly body: string;
  readonly events: number;
}

const eventsPerBatch = 5_000;
// The server takes 10 MB at most; a batch of long events is closed before it comes near.
const charactersPerBatch = 8_000_000;
const batchesInFlight = 2;
const attemptsPerBatch = 8;
const longestPauseMs = 10 * 60_000;

export async function loadDemo(options: LoadOptions): Promise<{ events: number }> {
  const { now, days, onProgress, signal } = options;
  const story: DemoOptions = { now, days };
  const total = await countEvents(story, signal);
  let done = 0;
  onProgress(done, total);

  // A failure in one lane stops the other too, so that nothing is sent after the caller was told.
  const stop = new AbortController();
  const stopOrAbort = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  const remaining = batches(story);
  const lane = async (): Promise<void> => {
    // Both lanes draw from one generator: each batch is made when there is room to send it.
    for (let next = remaining.next(); !next.done; next = remaining.next()) {
      await send(next.value, options, stopOrAbort);
      done += next.value.events;
      onProgress(done, total);
    }
  };
  try {
    await Promise.all(Array.from({ length: batchesInFlight }, lane));
  } finally {
    stop.abort();
  }
  return { events: done };
}

/** Events are cheap to make and dear to keep: they are made twice rather than held in memory. */
async function countEvents(story: DemoOptions, signal: AbortSignal | undefined): Promise<number> {
  let count = 0;
  for (const events = demoEvents(story); !events.next().done;) {
    count += 1;
    // The server may live in this process and wants its turn.
    if (count % eventsPerBatch === 0) {
      await nextTurn();
      signal?.throwIfAborted();
    }
  }
  return count;
}

function* batches(story: DemoOptions): Generator<Batch> {
  let rows: string[] = [];
  let characters = 0;
  for (const event of demoEvents(story)) {
    const row = JSON.stringify(event);
    if (rows.length === eventsPerBatch || characters + row.length > charactersPerBatch) {
      yield { body: `[${rows.join(',')}]`, events: rows.length };
      rows = [];
      characters = 0;
    }
    rows.push(row);
    characters += row.length + 1;
  }
  if (rows.length > 0) yield { body: `[${rows.join(',')}]`, events: rows.length };
}

const send = ({ body }: Batch, options: LoadOptions, signal: AbortSignal): Promise<void> =>
  sendTo('/api/v1/ingest/infisical?source=demo', body, options, signal);

/** Sends one body, again where the server is busy. */
export async function sendTo(
  path: string,
  body: string,
  { url, token }: Pick<LoadOptions, 'url' | 'token'>,
  signal: AbortSignal,
): Promise<void> {
  const address = `${url.replace(/\/+$/, '')}${path}`;
  for (let attempt = 1; ; attempt += 1) {
    const response = await post(address, token, body, signal);
    // Read in any case: an unread body keeps its connection from being used again.
    const answer = await response.text();
    if (response.ok) return;
    const busy = response.status === 429 || response.status === 503;
    if (!busy || attempt === attemptsPerBatch) throw new Error(refusal(response, answer, attempt));
    await pause(pauseBefore(attempt, response.headers.get('retry-after')), undefined, { signal });
  }
}

async function post(
  address: string,
  token: string,
  body: string,
  signal: AbortSignal,
): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  try {
    return await fetch(address, { method: 'POST', headers, body, redirect: 'manual', signal });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new Error(
      `The server at ${new URL(address).origin} could not be reached${causeOf(error)}.`,
      {
        cause: error,
      },
    );
  }
}

/** `Retry-After` is a number of seconds or a date; without one each pause is twice the last. */
function pauseBefore(attempt: number, retryAfter: string | null): number {
  const seconds = Number(retryAfter ?? NaN);
  const asked = Number.isNaN(seconds) ? Date.parse(retryAfter ?? '') - Date.now() : seconds * 1_000;
  const wanted = Number.isNaN(asked) ? 500 * 2 ** (attempt - 1) : asked;
  return Math.min(Math.max(wanted, 0), longestPauseMs);
}

function refusal(response: Response, answer: string, attempts: number): string {
  const tried = attempts > 1 ? ` after ${attempts} attempts` : '';
  const reason = detailOf(answer);
  return `The server refused the demo events with ${response.status}${tried}${reason}.`;
}

/** The server's own sentence (RFC 9457), without its full stop. */
function detailOf(answer: string): string {
  try {
    const problem: unknown = JSON.parse(answer);
    if (typeof problem !== 'object' || problem === null) return '';
    const { detail, title } = problem as { detail?: unknown; title?: unknown };
    const sentence = [detail, title].find((text) => typeof text === 'string' && text !== '');
    return typeof sentence === 'string' ? `: ${sentence.replace(/\.\s*$/, '')}` : '';
  } catch {
    return '';
  }
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause && typeof cause === 'object' && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? ` (${code})` : '';
}
