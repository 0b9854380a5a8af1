import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../failure';
import { bind, sql } from './sql';
import type { Asker, Store } from './store';

const asker: Asker = { surface: 'lease' };

export interface LeaseTimes {
  renewEveryMs: number;
  /** A holder that was not heard of for so long is taken for dead. */
  silentMs: number;
  /** A holder that could not renew for so long takes itself for dead: well before others do. */
  heldMs: number;
  /** How long a claim waits for others of the same term; a claim that took longer to write is none. */
  settleMs: number;
}

const usual: LeaseTimes = {
  renewEveryMs: 10_000,
  silentMs: 40_000,
  heldMs: 25_000,
  settleMs: 2_000,
};

export interface LeaseOptions {
  /** Where other servers of the database reach this one; null where it stands alone. */
  url: string | null;
  onError: (error: unknown) => void;
  times?: LeaseTimes;
}

export interface Leader {
  term: number;
  holder: string;
  url: string;
}

interface Claim extends Leader {
  released: boolean;
  silentMs: number;
}

/**
 * Who writes, where several servers share a database. A server claims the next term when nobody is
 * heard of in the newest; of several claims of one term the lowest name counts. A term fences all
 * older ones off: the state log takes their entries no more, and a holder that cannot renew stops
 * writing by its own clock, before anyone takes its place. In the embedded engine the folder's lock
 * sees to all that.
 */
export class Lease {
  readonly #store: Store;
  readonly #options: LeaseOptions;
  readonly #times: LeaseTimes;
  readonly #holder = `${randomUUID().slice(0, 8)} at ${hostname()} (process ${process.pid})`;
  readonly #stop = new AbortController();
  #leader: Leader | null = null;
  #term = 0;
  #heldUntil = -Infinity;
  #running: Promise<void> = Promise.resolve();

  private constructor(store: Store, options: LeaseOptions) {
    this.#store = store;
    this.#options = options;
    this.#times = options.times ?? usual;
  }

  /** Takes the lease, or learns who has it. @throws Failure `conflict` where that one cannot be reached. */
  static async join(store: Store, options: LeaseOptions): Promise<Lease> {
    const lease = new Lease(store, options);
    if (store.kind === 'embedded') return lease;
    store.guardWrites(() => lease.#requireHeld());
    await lease.#look();
    const leader = lease.#leader;
    if (!lease.isHeld && leader && (options.url === null || leader.url === '')) {
      throw new Failure(
        'conflict',
        `Another server, ${leader.holder}, writes to the database ${store.database}: stop it and wait a minute, choose another database with CLICKHOUSE_DATABASE, or give both an address for each other with SECRET_INSIGHTS_ADVERTISED_URL.`,
      );
    }
    return lease;
  }

  /** 0 in the embedded engine, where there is no other. */
  get term(): number {
    return this.#term;
  }

  /** Whether this server may write. */
  get isHeld(): boolean {
    return this.#store.kind === 'embedded' || performance.now() < this.#heldUntil;
  }

  /** The server that writes, as far as is known; null where none is heard of. */
  get leader(): Leader | null {
    return this.#leader;
  }

  /** Looks and renews from now on, and says when this server begins or ceases to write. */
  keep(onChange: () => void): void {
    if (this.#store.kind === 'server') this.#running = this.#loop(onChange);
  }

  /** Nobody has to wait for a minute after a server that says that it goes. */
  async release(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    if (this.#store.kind === 'embedded' || !this.isHeld) return;
    this.#heldUntil = -Infinity;
    await this.#note(this.#term, true).catch(this.#options.onError);
  }

  /** For a server that found out by itself that another took its place. */
  lose(): void {
    this.#heldUntil = -Infinity;
  }

  #requireHeld(): void {
    if (this.isHeld) return;
    throw new Failure(
      'busy',
      'This server does not write at the moment: another one does. Try again.',
      {
        retryAfter: 5,
      },
    );
  }

  async #loop(onChange: () => void): Promise<void> {
    const { renewEveryMs } = this.#times;
    const { signal } = this.#stop;
    const isStopped = (): boolean => signal.aborted;
    let was = this.isHeld;
    while (!isStopped()) {
      await sleep(renewEveryMs / (was ? 1 : 2), undefined, { signal }).catch(() => undefined);
      if (isStopped()) return;
      await this.#look().catch(this.#options.onError);
      if (this.isHeld === was) continue;
      was = this.isHeld;
      onChange();
    }
  }

  async #look(): Promise<void> {
    const claims = await this.#claims();
    const newest = claims[0]?.term ?? 0;
    const winner = claims.find(({ released }) => !released);
    if (winner?.holder === this.#holder && winner.term === this.#term) {
      await this.#renew();
      return;
    }
    this.lose();
    this.#leader = winner ?? null;
    if (winner === undefined || winner.silentMs > this.#times.silentMs)
      await this.#claim(newest + 1);
  }

  async #renew(): Promise<void> {
    const began = performance.now();
    await this.#note(this.#term, false);
    this.#heldUntil = began + this.#times.heldMs;
  }

  async #claim(term: number): Promise<void> {
    const { settleMs, heldMs } = this.#times;
    const began = performance.now();
    await this.#note(term, false);
    // Whoever claims the same term read before this claim was there, and has to be done by now or withdraw.
    if (performance.now() - began > settleMs / 2) {
      await this.#note(term, true);
      return;
    }
    await sleep(settleMs, undefined, { signal: this.#stop.signal }).catch(() => undefined);
    const claims = await this.#claims();
    const winner = claims.find(({ released }) => !released);
    this.#leader = winner ?? null;
    if (winner?.term !== term || winner.holder !== this.#holder) return;
    this.#term = term;
    this.#heldUntil = began + heldMs;
  }

  /** Those of the newest term, the one that counts first. */
  async #claims(): Promise<Claim[]> {
    const leaders = this.#store.table('leaders');
    const rows = await this.#store.rows(
      sql`SELECT term, holder, url, released, dateDiff('millisecond', renewed_at, now64(3)) AS silent FROM ${leaders} FINAL
          WHERE term = (SELECT max(term) FROM ${leaders}) ORDER BY holder`,
      asker,
    );
    return rows.map((row) => ({
      term: Number(row.term),
      holder: String(row.holder),
      url: String(row.url),
      released: row.released === true,
      silentMs: Number(row.silent),
    }));
  }

  #note(term: number, released: boolean): Promise<void> {
    return this.#store.execute(
      sql`INSERT INTO ${this.#store.table('leaders')} (term, holder, url, released, renewed_at)
          SELECT ${bind.integer(term)}, ${bind.text(this.#holder)}, ${bind.text(this.#options.url ?? '')}, ${bind.integer(released ? 1 : 0)}, now64(3)`,
      asker,
    );
  }
}
