import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { Failure } from '../failure';
import type { StateLog } from '../store/state-log';
import { hashOf, newSecret } from '../tokens/secret';
import type { Feed } from './feed';

const kind = 'calendar-feed';

const storedFeed = z.object({
  name: z.string(),
  zone: z.string(),
  projects: z.array(z.string()).nullable(),
  token: z.string(),
  created_at: z.string(),
  hash: z.string(),
});

/** Calendar programs send no token: whoever has the address of a feed may read it, until it is revoked. */
export class CalendarFeeds {
  readonly #log: StateLog;

  constructor(log: StateLog) {
    this.#log = log;
  }

  /** The secret is shown by this call alone, and kept nowhere. */
  async create(
    wanted: Pick<Feed, 'name' | 'zone' | 'projects' | 'token'>,
    now: number,
  ): Promise<{ feed: Feed; secret: string }> {
    const secret = newSecret();
    const id = randomBytes(8).toString('hex');
    const body = { ...wanted, created_at: new Date(now).toISOString() };
    await this.#log.append(kind, id, { ...body, hash: hashOf(secret) });
    return { feed: { id, ...body }, secret };
  }

  list(): Feed[] {
    return this.#entries().map(({ feed }) => feed);
  }

  /** @throws Failure `unknown`. */
  async revoke(id: string): Promise<void> {
    if (!this.list().some((feed) => feed.id === id)) {
      throw new Failure('unknown', 'There is no calendar with this id.', { field: 'id' });
    }
    await this.#log.append(kind, id, null);
  }

  /** The feed of a secret, looked up by its hash; null where there is none. */
  find(secret: string): Feed | null {
    const hash = hashOf(secret);
    return this.#entries().find((each) => each.hash === hash)?.feed ?? null;
  }

  #entries(): { feed: Feed; hash: string }[] {
    return this.#log.list(kind).map(({ key, body }) => {
      const { hash, ...feed } = storedFeed.parse(body);
      return { feed: { id: key, ...feed }, hash };
    });
  }
}
