import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { Failure } from '../failure';
import { bind, sql } from './sql';
import type { Asker, Store } from './store';

const asker: Asker = { surface: 'state' };
const renewEveryMs = 15_000;
/** A holder that was not heard of for so long is taken for dead. */
const validSeconds = 60;

/**
 * One process writes the state log and closes time. In the embedded engine the folder's lock sees to
 * that; on a database server a row does, which its holder renews.
 */
export class Lease {
  readonly #store: Store;
  readonly #holder = `${hostname()} (process ${process.pid}, ${randomUUID().slice(0, 8)})`;
  readonly #onError: (error: unknown) => void;
  #timer: NodeJS.Timeout | undefined;

  private constructor(store: Store, onError: (error: unknown) => void) {
    this.#store = store;
    this.#onError = onError;
  }

  /** @throws Failure `conflict` naming the process that holds it. */
  static async take(store: Store, onError: (error: unknown) => void): Promise<Lease> {
    const lease = new Lease(store, onError);
    if (store.kind === 'embedded') return lease;
    const [row] = await store.rows(
      sql`SELECT holder, dateDiff('second', renewed_at, now64(3)) AS silent FROM ${store.table('leases')} FINAL
          WHERE name = 'writer' AND holder != '' AND renewed_at > now64(3) - ${bind.integer(validSeconds)}`,
      asker,
    );
    if (row) {
      throw new Failure(
        'conflict',
        `Another server, ${String(row.holder)}, writes to the database ${store.database} and was heard of ${String(row.silent)} seconds ago: stop it and wait a minute, or choose another database with CLICKHOUSE_DATABASE.`,
      );
    }
    await lease.#note(lease.#holder);
    lease.#timer = setInterval(() => {
      lease.#note(lease.#holder).catch(onError);
    }, renewEveryMs);
    lease.#timer.unref();
    return lease;
  }

  async release(): Promise<void> {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    await this.#note('').catch(this.#onError);
  }

  #note(holder: string): Promise<void> {
    return this.#store.execute(
      sql`INSERT INTO ${this.#store.table('leases')} (name, holder, renewed_at) VALUES ('writer', ${bind.text(holder)}, now64(3))`,
      asker,
    );
  }
}
