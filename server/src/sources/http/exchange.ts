import { Readable } from 'node:stream';
import { Failure } from '../../failure';
import { Passing } from './retry';

export interface ExchangeLimits {
  /** The longest silence, before the answer and inside it. */
  silenceMs: number;
  /** The largest body, unpacked. */
  bodyBytes: number;
}

export const usualLimits: ExchangeLimits = { silenceMs: 60_000, bodyBytes: 256 * 2 ** 20 };

export interface HttpRequest {
  /** What answers there, as sentences name it. */
  vendor: string;
  url: string;
  init: RequestInit;
  /** What is asked for, in words. */
  about: string;
  /** What to do where the answer is too large, as the end of the sentence. */
  whenTooLarge: string;
}

export interface Answer {
  status: number;
  headers: Headers;
  body: Readable;
}

/**
 * One request and its answer, which `read` takes in while it arrives.
 * @param about completes the sentence `{vendor} … while it was asked for {about}.`
 * @throws Passing where the line broke or fell silent; Failure `too-large` past the byte limit; the
 *         signal's reason once it is aborted.
 */
export async function exchange<T>(
  request: HttpRequest,
  { silenceMs, bodyBytes }: ExchangeLimits,
  signal: AbortSignal,
  read: (answer: Answer) => Promise<T>,
): Promise<T> {
  const { vendor, url, init, about } = request;
  const host = new URL(url).origin;
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), silenceMs);
  const broken = (what: string): Passing =>
    silence.signal.aborted
      ? new Passing(
          new Failure(
            'too-slow',
            `${vendor} at ${host} said nothing for ${silenceMs / 1_000} s while it was asked for ${about}.`,
          ),
        )
      : new Passing(new Failure('unreachable', what));

  async function* bytes(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let received = 0;
    const chunks = body[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await chunks.next().catch(() => {
          throw broken(`${vendor} at ${host} broke off while it answered with ${about}.`);
        });
        if (next.done) return;
        timer.refresh();
        received += next.value.byteLength;
        if (received > bodyBytes) throw tooLarge(request, bodyBytes);
        yield next.value;
      }
    } finally {
      await chunks.return?.().catch(() => undefined);
    }
  }

  try {
    const response = await fetch(url, {
      ...init,
      // A redirect would take the token elsewhere.
      redirect: 'manual',
      signal: AbortSignal.any([signal, silence.signal]),
    }).catch(() => {
      throw broken(
        `No ${vendor} answers at ${host}: check url in the settings and the way there from this machine.`,
      );
    });
    timer.refresh();
    const body = Readable.from(response.body ? bytes(response.body) : [], { objectMode: false });
    try {
      return await read({ status: response.status, headers: response.headers, body });
    } finally {
      body.destroy();
      // Where nothing of it was read, nobody else lets go of the connection.
      await response.body?.cancel().catch(() => undefined);
    }
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

const tooLarge = ({ vendor, url, about, whenTooLarge }: HttpRequest, bodyBytes: number): Failure =>
  new Failure(
    'too-large',
    `The answer of ${vendor} at ${new URL(url).origin} with ${about} is larger than ${Math.round(bodyBytes / 2 ** 20)} MB, which is the limit: ${whenTooLarge}.`,
  );
