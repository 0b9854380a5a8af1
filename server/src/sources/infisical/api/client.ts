import { json } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { Failure } from '../../../failure';
import { exchange, usualLimits } from './exchange';
import type { Answer, ExchangeLimits } from './exchange';
import { RequestPace } from './pace';
import { refusalOf } from './refusals';
import type { Asked } from './refusals';
import { Passing, usualPatience, withRetries } from '../../http/retry';
import type { Patience } from '../../http/retry';
import { Session, loginAnswer } from './session';
import type { LoginAnswer } from './session';

export interface ClientOptions {
  /** Address of Infisical, with or without `/api`. */
  url: string;
  clientId: string;
  clientSecret: string;
  requestsPerMinute: number;
  /** Ends every request under way, and all waiting. */
  signal: AbortSignal;
  /** Told the id of our machine identity after each login, before anything else is asked. */
  onIdentity: (identityId: string) => Promise<void>;
  limits?: ExchangeLimits;
  patience?: Patience;
  now?: () => number;
}

export interface Question extends Asked {
  /** Below `/api`. */
  path: string;
  query: Readonly<Record<string, string>>;
}

/** Infisical's REST API as one machine identity sees it. */
export class InfisicalClient {
  readonly #base: string;
  readonly #options: ClientOptions;
  readonly #pace: RequestPace;
  readonly #session: Session;

  constructor(options: ClientOptions) {
    this.#base = options.url.replace(/\/+$/, '').replace(/\/api$/, '');
    this.#options = options;
    this.#pace = new RequestPace(options.requestsPerMinute);
    this.#session = new Session(() => this.#login(), options.onIdentity, options.now);
  }

  /** Without user, password and path: what sentences may show. */
  get host(): string {
    return new URL(this.#base).origin;
  }

  /**
   * Asks, and reads the answer while it arrives. `read` may run several times: an answer that broke
   * off is asked for again from its start.
   * @throws Failure with a sentence that says what to do; the signal's reason once it is aborted.
   */
  async get<T>(question: Question, read: (body: Readable) => Promise<T>): Promise<T> {
    const url = `${this.#base}/api${question.path}?${new URLSearchParams(question.query).toString()}`;
    let isNewToken = false;
    return this.#patiently(async () => {
      for (;;) {
        const token = await this.#session.token();
        const init = { headers: { accept: 'application/json', authorization: `Bearer ${token}` } };
        const answered = await this.#exchange({ url, init, about: question.about }, (answer) =>
          answer.status === 401 && !isNewToken
            ? Promise.resolve(null)
            : this.#read(answer, question, async (body) => ({ value: await read(body) })),
        );
        if (answered) return answered.value;
        // Revoked, or its time is up by their clock: once, a new one is tried.
        isNewToken = true;
        this.#session.drop(token);
      }
    });
  }

  async #login(): Promise<LoginAnswer> {
    const { clientId, clientSecret } = this.#options;
    const asked = { about: 'a login', right: 'to log in with Universal Auth' };
    const init = {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      body: JSON.stringify({ clientId, clientSecret }),
    };
    const url = `${this.#base}/api/v1/auth/universal-auth/login`;
    return this.#patiently(() =>
      this.#exchange({ url, init, about: asked.about }, async (answer) => {
        if ([400, 401, 403].includes(answer.status)) throw this.#wrongCredentials(answer.status);
        const body = await this.#read(answer, asked, json);
        const parsed = loginAnswer.safeParse(body);
        if (!parsed.success) throw this.#unexpected(asked.about);
        return parsed.data;
      }),
    );
  }

  /** For what `read` finds: JSON, but not of the shape that Infisical documents. */
  #unexpected(about: string): Failure {
    return new Failure(
      'bug',
      `Infisical at ${this.host} answered with ${about} in a form that is not known here: check url in the settings, or report the version of Infisical.`,
    );
  }

  #wrongCredentials(status: number): Failure {
    return new Failure(
      'unauthenticated',
      `Infisical at ${this.host} refuses the login (${status}): check client_id and client_secret of the source, and that the identity's Universal Auth allows this machine's address.`,
    );
  }

  async #read<T>(answer: Answer, asked: Asked, read: (body: Readable) => Promise<T>): Promise<T> {
    if (answer.status !== 200) throw refusalOf(answer, asked, this.host);
    if (!(answer.headers.get('content-type') ?? '').includes('json')) {
      throw this.#unexpected(asked.about);
    }
    try {
      return await read(answer.body);
    } catch (error) {
      if (error instanceof Failure || error instanceof Passing) throw error;
      // JSON that ends early does so because the line did, as far as one can tell from here.
      throw new Passing(this.#unexpected(asked.about));
    }
  }

  #exchange<T>(
    request: { url: string; init: RequestInit; about: string },
    read: (answer: Answer) => Promise<T>,
  ): Promise<T> {
    const { limits = usualLimits, signal } = this.#options;
    return this.#pace.turn(signal).then(() => exchange(request, limits, signal, read));
  }

  #patiently<T>(work: () => Promise<T>): Promise<T> {
    return withRetries(work, this.#options.patience ?? usualPatience, this.#options.signal);
  }
}
