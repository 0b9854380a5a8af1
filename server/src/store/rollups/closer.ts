import { setTimeout as sleep } from 'node:timers/promises';
import type { Events } from '../relations/events';
import { sql } from '../sql';
import type { Store } from '../store';
import type { ClosedTime } from './closed-time';
import { dueSpans, dueSums } from './due';
import type { Due } from './due';
import type { Interval } from '../relations/plan';
import { addUp, countSpan, sumUp } from './roll';
import type { Paced, Roll } from './roll';
import { settleRollups } from './settle';
import { Sweeper } from './sweeper';

/** A table that others write to without telling. */
export interface Watched {
  /** Announces what is new in it since the last look. */
  look: () => Promise<void>;
  /** Its oldest event; null where it is empty. */
  firstEvent: () => Promise<number | null>;
}

export interface CloserOptions {
  store: Store;
  events: Events;
  closed: ClosedTime;
  now: () => number;
  onError: (error: unknown) => void;
  watched?: readonly Watched[];
  /** How statements that count are spaced; without it one follows the other. */
  paced?: Paced;
  rowsPerPiece?: number;
  /** Longer than the longest statement can wait and run. */
  sweepEveryMs?: number;
  /** How often partitions that are over are looked at, and how long nothing was written to one that is put into one part. */
  settleEveryMs?: number;
}

/** Closes days, and whole hours of days that last, one small span at a time. */
export class Closer {
  readonly #options: Required<CloserOptions>;
  readonly #stop = new AbortController();
  readonly #sweeper: Sweeper;
  /** By the clock that nobody sets. */
  #settledAt = -Infinity;
  #running: Promise<void> = Promise.resolve();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: CloserOptions) {
    this.#options = {
      watched: [],
      paced: (statement) => statement(),
      rowsPerPiece: 1_000_000,
      sweepEveryMs: 20 * 60_000,
      settleEveryMs: 6 * 3_600_000,
      ...options,
    };
    const { store, closed, sweepEveryMs } = this.#options;
    this.#sweeper = new Sweeper(store, closed, sweepEveryMs);
  }

  /** @param afterMs a rest before the first time. */
  start(everyMs: number, afterMs = 0): void {
    this.#running = this.#loop(everyMs, afterMs);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all([this.#running, this.#turn]);
  }

  /** Closes everything that can be closed now. @returns how many spans were counted. */
  async closeDue(): Promise<number> {
    const closed = this.#turn.then(() => this.#closeDue());
    this.#turn = closed.catch(() => undefined);
    return closed;
  }

  async #closeDue(): Promise<number> {
    const { closed, now, onError } = this.#options;
    const first = await this.#firstEvent();
    const tried = new Set<string>();
    /** Chosen anew after every span, as doors and clock go on meanwhile. */
    const next = (): Due | undefined => {
      for (const due of dueSpans(closed.spans, first, now())) {
        if (!closed.isBeingWritten(due) && !tried.has(keyOf(due))) return due;
      }
      return undefined;
    };
    let count = 0;
    for (let due = next(); due && !this.#isStopped(); due = next()) {
      // Once a round: one that is written to all the time, or fails, must not keep the others waiting.
      tried.add(keyOf(due));
      try {
        if (await this.#close(due)) count++;
      } catch (error) {
        if (!this.#isStopped()) onError(error);
      }
    }
    await this.#addSums();
    await this.#sweeper.sweep();
    await this.#settleRollups();
    return count;
  }

  async #addSums(): Promise<void> {
    const { closed, onError } = this.#options;
    for (const { from, to, of } of dueSums(closed.spans, closed.sums)) {
      if (this.#isStopped()) return;
      try {
        const generation = await sumUp(this.#roll({ from, to }), of);
        await closed.add({ from, to, of, generation });
      } catch (error) {
        if (!this.#isStopped()) onError(error);
      }
    }
  }

  async #settleRollups(): Promise<void> {
    const { store, now, onError, settleEveryMs } = this.#options;
    if (performance.now() - this.#settledAt < settleEveryMs) return;
    this.#settledAt = performance.now();
    try {
      await settleRollups({
        store,
        now: now(),
        quietSeconds: settleEveryMs / 1000,
        signal: this.#stop.signal,
      });
    } catch (error) {
      // Figures are right without it.
      if (!this.#isStopped()) onError(error);
    }
  }

  #isStopped(): boolean {
    return this.#stop.signal.aborted;
  }

  async #loop(everyMs: number, afterMs: number): Promise<void> {
    await sleep(afterMs, undefined, { signal: this.#stop.signal }).catch(() => undefined);
    while (!this.#stop.signal.aborted) {
      try {
        await this.closeDue();
      } catch (error) {
        this.#options.onError(error);
      }
      await sleep(everyMs, undefined, { signal: this.#stop.signal }).catch(() => undefined);
    }
  }

  async #close({ from, to, hours }: Due): Promise<boolean> {
    const { closed, watched } = this.#options;
    const watch = closed.watch({ from, to });
    try {
      const roll = this.#roll(watch.interval);
      const earlier = closed.spans.find((span) => span.from === from && span.to === to) ?? null;
      const generation =
        hours === null
          ? await countSpan(roll, earlier)
          : await addUp(roll, [{ generations: hours.map((span) => span.generation) }]);
      if (generation === null) return false;
      // What arrived while events were counted is announced now at the latest, and stops the closing.
      for (const table of watched) await table.look();
      return await closed.close(watch, generation);
    } finally {
      closed.forget(watch);
    }
  }

  #roll(interval: Interval): Roll {
    const { store, events, closed, paced, rowsPerPiece } = this.#options;
    return {
      store,
      events,
      interval,
      nextGeneration: () => closed.nextGeneration(),
      rowsPerPiece,
      paced,
      signal: this.#stop.signal,
    };
  }

  async #firstEvent(): Promise<number> {
    const { store, watched } = this.#options;
    const [row] = await store.rows(
      sql`SELECT toUnixTimestamp(toDateTime(min(day), 'UTC')) AS first, count() AS rows FROM ${store.table('ingest_log')}`,
      { surface: 'rollup' },
    );
    const firsts = [Number(row?.rows ?? 0) === 0 ? null : Number(row?.first) * 1000];
    for (const table of watched) firsts.push(await table.firstEvent());
    return Math.min(...firsts.filter((first) => first !== null));
  }
}

const keyOf = ({ from, to }: Due): string => `${from}-${to}`;
