import { z } from 'zod';
import { Failure } from '../../../failure';

/** Infisical's answer to a login. */
export const loginAnswer = z.object({ accessToken: z.string().min(1), expiresIn: z.number() });
export type LoginAnswer = z.infer<typeof loginAnswer>;

interface Token {
  text: string;
  /** Epoch milliseconds. */
  renewAt: number;
}

/** Infisical locks an identity out for five minutes after three wrong logins. */
const quietAfterRefusalMs = 5 * 60_000;

/**
 * The access token of one machine identity: taken when it is first needed, renewed before it expires
 * and after it was refused. However many ask, one login runs at a time.
 */
export class Session {
  readonly #login: () => Promise<LoginAnswer>;
  readonly #onIdentity: (identityId: string) => Promise<void>;
  readonly #now: () => number;
  #held: Token | null = null;
  #taking: Promise<string> | null = null;
  #refused: { until: number; failure: Failure } | null = null;

  /** @param onIdentity is told who we are before the token is used for the first time. */
  constructor(
    login: () => Promise<LoginAnswer>,
    onIdentity: (identityId: string) => Promise<void>,
    now: () => number = Date.now,
  ) {
    this.#login = login;
    this.#onIdentity = onIdentity;
    this.#now = now;
  }

  token(): Promise<string> {
    if (this.#held && this.#now() < this.#held.renewAt) return Promise.resolve(this.#held.text);
    this.#taking ??= this.#take().finally(() => {
      this.#taking = null;
    });
    return this.#taking;
  }

  /** Called when the server refused a token, so that the next one is new. */
  drop(text: string): void {
    if (this.#held?.text === text) this.#held = null;
  }

  async #take(): Promise<string> {
    this.#held = await this.#begin();
    return this.#held.text;
  }

  async #begin(): Promise<Token> {
    if (this.#refused && this.#now() < this.#refused.until) throw this.#refused.failure;
    try {
      const asked = this.#now();
      const { accessToken, expiresIn } = await this.#login();
      const identityId = identityOf(accessToken);
      if (identityId !== null) await this.#onIdentity(identityId);
      // A tenth of a short life, a minute of a long one.
      const lifeMs = expiresIn * 1_000;
      return { text: accessToken, renewAt: asked + lifeMs - Math.min(60_000, lifeMs / 10) };
    } catch (error) {
      if (error instanceof Failure && error.kind === 'unauthenticated') {
        this.#refused = { until: this.#now() + quietAfterRefusalMs, failure: error };
      }
      throw error;
    }
  }
}

const payload = z.object({ identityId: z.string().min(1) });

/** The id of the machine identity that an access token (a JWT) is for; null where it does not say. */
export function identityOf(accessToken: string): string | null {
  try {
    const text = Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString('utf8');
    return payload.parse(JSON.parse(text)).identityId;
  } catch {
    return null;
  }
}
