import { text } from 'node:stream/consumers';
import { Failure } from '../../failure';
import { exchange, usualLimits } from '../http/exchange';
import type { ExchangeLimits } from '../http/exchange';
import { retryAfterMs } from '../http/retry-after';
import { Passing, usualPatience, withRetries } from '../http/retry';
import type { Patience } from '../http/retry';
import { objectIn } from './text-line';
import type { Members } from './text-line';
import { dateIn, textIn } from './values';

export interface AkeylessAccess {
  /** Address of the API, or of a gateway with its path. */
  url: string;
  accessId: string;
  accessKey: string | null;
  /** In place of id and key: a token that somebody else renews. */
  token: string | null;
}

export interface AkeylessClientOptions extends AkeylessAccess {
  /** Ends every request under way, and all waiting. */
  signal: AbortSignal;
  limits?: ExchangeLimits;
  patience?: Patience;
  now?: () => number;
}

/** A token lives an hour unless Akeyless says otherwise. */
const usualLifeMs = 50 * 60_000;
const marginMs = 60_000;

/** Akeyless's API, as one access id sees it. */
export class AkeylessClient {
  readonly #options: AkeylessClientOptions;
  readonly #base: string;
  #held: { token: string; renewAt: number } | null = null;

  constructor(options: AkeylessClientOptions) {
    this.#options = options;
    this.#base = options.url.replace(/\/+$/, '');
  }

  /**
   * Asks with a token that is renewed when it runs out or is refused.
   * @param about what is asked for, as sentences name it; `right` what the access id must be allowed.
   * @throws Failure with a sentence that says what to do; the signal's reason once it is aborted.
   */
  async ask(
    path: string,
    body: Members,
    { about, right }: { about: string; right: string },
  ): Promise<Members> {
    for (let isRetry = false; ; isRetry = true) {
      const token = await this.#token();
      const { status, answer } = await this.#post(path, { ...body, token }, about);
      if (status === 200) return answer;
      if (status === 401 && !isRetry && this.#options.token === null) {
        this.#held = null;
        continue;
      }
      throw this.#refusal(status, about, right);
    }
  }

  async #token(): Promise<string> {
    const { token, accessId, accessKey, now = Date.now } = this.#options;
    if (token !== null) return token;
    if (this.#held && now() < this.#held.renewAt) return this.#held.token;
    const asked = now();
    const { status, answer } = await this.#post(
      '/auth',
      { 'access-type': 'access_key', 'access-id': accessId, 'access-key': accessKey ?? '' },
      'a token',
    );
    const given = textIn(answer.token);
    if (status !== 200 || given === '') {
      throw new Failure(
        'unauthenticated',
        `Akeyless at ${this.#host} refuses the access id ${accessId} (${status}): check access_id and access_key of the source.`,
      );
    }
    const ends = dateIn(answer.expiration);
    this.#held = {
      token: given,
      renewAt:
        ends === null || ends <= asked ? asked + usualLifeMs : Math.max(asked, ends - marginMs),
    };
    return given;
  }

  get #host(): string {
    return new URL(this.#base).origin;
  }

  #post(path: string, body: Members, about: string): Promise<{ status: number; answer: Members }> {
    const { signal, limits = usualLimits, patience = usualPatience } = this.#options;
    const request = {
      vendor: 'Akeyless',
      url: `${this.#base}${path}`,
      init: {
        method: 'POST',
        headers: { accept: 'application/json', 'content-type': 'application/json' },
        body: JSON.stringify({ ...body, json: true }),
      },
      about,
      whenTooLarge: 'narrow what the access id may list',
    };
    return withRetries(
      () =>
        exchange(request, limits, signal, async ({ status, headers, body: stream }) => {
          if (status === 429 || status >= 500) throw this.#passing(status, headers, about);
          const answer = objectIn(await text(stream));
          if (status === 200 && answer === null) throw new Passing(this.#unexpected(about));
          return { status, answer: answer ?? {} };
        }),
      patience,
      signal,
    );
  }

  #passing(status: number, headers: Headers, about: string): Passing {
    const failure =
      status === 429
        ? new Failure(
            'too-many-requests',
            `Akeyless at ${this.#host} still refuses ${about} for too many requests (429): raise poll_minutes of the source.`,
          )
        : new Failure(
            'unreachable',
            `Akeyless at ${this.#host} failed (${status}) when it was asked for ${about}: try later, or look into the gateway's log.`,
          );
    return new Passing(failure, retryAfterMs(headers));
  }

  #refusal(status: number, about: string, right: string): Failure {
    if (status === 401) {
      return new Failure(
        'unauthenticated',
        `Akeyless at ${this.#host} does not accept the token (401): check the token or access key of the source.`,
      );
    }
    return status === 403
      ? new Failure(
          'not-allowed',
          `Akeyless at ${this.#host} refuses ${about} (403): give a role of the access id ${right}.`,
        )
      : new Failure(
          'bad-parameters',
          `Akeyless at ${this.#host} refuses the question for ${about} (${status}): check url of the source.`,
        );
  }

  #unexpected(about: string): Failure {
    return new Failure(
      'bug',
      `Akeyless at ${this.#host} answered with ${about} in a form that is not JSON: check url of the source.`,
    );
  }
}
