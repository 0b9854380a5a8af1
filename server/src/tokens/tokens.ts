import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { capabilities } from '../contract';
import type { Capability } from '../contract';
import { Failure, badParameter } from '../failure';
import type { StateLog } from '../store/state-log';
import { hashOf, newToken } from './secret';
import type { Token } from './token';

const kind = 'token';

const storedToken = z.object({
  name: z.string(),
  hash: z.string(),
  capabilities: z.array(z.enum(capabilities)),
  projects: z.array(z.string()).nullable(),
  created_at: z.string(),
  expires_at: z.string().nullable(),
});

export interface NewToken {
  name: string;
  capabilities: readonly Capability[];
  /** Ids; null is every project. */
  projects: readonly string[] | null;
  /** Epoch milliseconds. */
  expiresAt: number | null;
}

/** Who may call the API: tokens by their hash. A token itself is shown once and kept nowhere. */
export class Tokens {
  readonly #log: StateLog;
  readonly #now: () => number;
  readonly #byHash = new Map<string, Token>();

  constructor(log: StateLog, now: () => number = Date.now) {
    this.#log = log;
    this.#now = now;
    for (const { key, body } of log.list(kind)) {
      const { hash, ...token } = storedToken.parse(body);
      this.#byHash.set(hash, { id: key, ...token, fixed: false });
    }
  }

  /**
   * A token that a setting or a file gives. It lives as long as this process and is not in the store,
   * so that one which is taken out of the settings is gone with the next start.
   */
  register(id: string, secret: string, allowed: readonly Capability[]): void {
    this.#byHash.set(hashOf(secret), {
      id,
      name: id,
      capabilities: [...allowed],
      projects: null,
      created_at: new Date(this.#now()).toISOString(),
      expires_at: null,
      fixed: true,
    });
  }

  /** @throws Failure where the rights contradict each other. */
  async create(wanted: NewToken): Promise<{ token: Token; secret: string }> {
    checkRights(wanted);
    const now = this.#now();
    if (wanted.expiresAt !== null && wanted.expiresAt <= now) {
      throw badParameter('expires_at', 'expires_at must be in the future.');
    }
    const secret = newToken();
    const id = randomBytes(8).toString('hex');
    const body = {
      name: wanted.name,
      capabilities: [...new Set(wanted.capabilities)],
      projects: wanted.projects === null ? null : [...new Set(wanted.projects)],
      created_at: new Date(now).toISOString(),
      expires_at: wanted.expiresAt === null ? null : new Date(wanted.expiresAt).toISOString(),
    };
    const hash = hashOf(secret);
    await this.#log.append(kind, id, { ...body, hash });
    const token = { id, ...body, fixed: false };
    this.#byHash.set(hash, token);
    return { token, secret };
  }

  list(): Token[] {
    return [...this.#byHash.values()];
  }

  /** @throws Failure `unknown`, or `conflict` for a token that settings give. */
  async revoke(id: string): Promise<void> {
    const found = [...this.#byHash].find(([, token]) => token.id === id);
    if (!found) throw new Failure('unknown', 'There is no token with this id.', { field: 'id' });
    const [hash, token] = found;
    if (token.fixed) {
      throw new Failure(
        'conflict',
        `The token '${token.name}' is given by a setting or a file in the data folder: change it there and start the server again.`,
        { field: 'id' },
      );
    }
    await this.#log.append(kind, id, null);
    this.#byHash.delete(hash);
  }

  /**
   * Looked up by hash, so the time it takes says nothing about how much of a guess was right.
   * @returns null where there is no such token. @throws Failure `unauthenticated` where it has expired.
   */
  verify(secret: string): Token | null {
    const token = this.#byHash.get(hashOf(secret));
    if (!token) return null;
    if (token.expires_at !== null && Date.parse(token.expires_at) <= this.#now()) {
      throw new Failure(
        'unauthenticated',
        `This token expired at ${token.expires_at}: ask for a new one.`,
      );
    }
    return token;
  }
}

function checkRights({ capabilities: wanted, projects }: NewToken): void {
  const powerful = wanted.filter((each) => each === 'ingest' || each === 'admin');
  if (powerful.length > 0 && wanted.includes('speaks-for-grafana')) {
    throw badParameter(
      'capabilities',
      `${powerful.join(' and ')} never pass through Grafana: make a token of its own for that.`,
    );
  }
  if (powerful.length > 0 && projects !== null) {
    throw badParameter(
      'projects',
      `A token with ${powerful.join(' and ')} is for all projects: leave projects out.`,
    );
  }
}
