import { setTimeout as sleep } from 'node:timers/promises';
import type { Events } from '../relations/events';
import type { Interval } from '../relations/plan';
import { sql } from '../sql';
import type { Store } from '../store';
import type { ClosedTime, Span } from './closed-time';
import { countSpan, mergeGenerations, removeGenerations } from './roll';

const hour = 3_600_000;
const day = 24 * hour;
/** Events arrive some seconds after they happened; a span that closes too early is only counted twice. */
const dayGrace = hour;
const hourGrace = 2 * 60_000;
/** Statements that still read a replaced generation have ended by then, whatever their time limit. */
const removeAfter = 10 * 60_000;

export interface CloserOptions {
  store: Store;
  events: Events;
  closed: ClosedTime;
  now: () => number;
  onError: (error: unknown) => void;
}

/** Closes days, and the whole hours of today, one small span at a time, newest first. */
export class Closer {
  readonly #options: CloserOptions;
  readonly #stop = new AbortController();
  #replacedAt: { generation: number; at: number } | null = null;
  #running: Promise<void> = Promise.resolve();

  constructor(options: CloserOptions) {
    this.#options = options;
  }

  start(everyMs: number): void {
    this.#running = this.#loop(everyMs);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** Closes everything that can be closed now. @returns how many spans were counted. */
  async closeDue(): Promise<number> {
    let counted = 0;
    const first = await firstEvent(this.#options.store);
    for (let span = this.#next(first); span !== null; span = this.#next(first)) {
      if (this.#stop.signal.aborted) break;
      if (!(await this.#close(span))) break;
      counted++;
    }
    await this.#removeReplaced();
    return counted;
  }

  async #loop(everyMs: number): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        await this.closeDue();
      } catch (error) {
        this.#options.onError(error);
      }
      await sleep(everyMs, undefined, { signal: this.#stop.signal }).catch(() => undefined);
    }
  }

  async #close(interval: Interval): Promise<boolean> {
    const { store, events, closed, now } = this.#options;
    const watch = closed.watch(interval);
    try {
      const inside = closed.spans.filter(
        (span) => span.from >= interval.from && span.to <= interval.to,
      );
      const earlier = inside.map((span) => span.generation);
      const generation = await closed.nextGeneration();
      if (isWhole(inside, interval)) await mergeGenerations(store, generation, earlier);
      else await countSpan(store, events, interval, generation, earlier);
      this.#replacedAt = { generation, at: now() };
      return await closed.close(watch, generation);
    } finally {
      closed.forget(watch);
    }
  }

  /** The newest span that is over and not closed, or dirty; null where there is none. */
  #next(first: number | null): Interval | null {
    const { closed, now } = this.#options;
    if (first === null) return null;
    const today = Math.floor(now() / day) * day;
    const clean = new Set(
      closed.spans.filter((span) => !span.isDirty).map((span) => `${span.from}-${span.to}`),
    );
    const isDue = (span: Interval): boolean =>
      !clean.has(`${span.from}-${span.to}`) && !closed.isBeingWritten(span);
    const firstHour = Math.floor(Math.max(today, first) / hour) * hour;
    for (
      let from = Math.floor((now() - hourGrace) / hour) * hour - hour;
      from >= firstHour;
      from -= hour
    ) {
      if (isDue({ from, to: from + hour })) return { from, to: from + hour };
    }
    const newestDay = Math.floor((now() - dayGrace) / day) * day - day;
    for (let from = newestDay; from >= Math.floor(first / day) * day; from -= day) {
      if (isDue({ from, to: from + day })) return { from, to: from + day };
    }
    return null;
  }

  async #removeReplaced(): Promise<void> {
    const { store, closed, now } = this.#options;
    if (this.#replacedAt === null || now() - this.#replacedAt.at < removeAfter) return;
    const { generation } = this.#replacedAt;
    this.#replacedAt = null;
    await removeGenerations(
      store,
      closed.spans.map((span) => span.generation),
      generation,
    );
  }
}

/** Whether clean spans cover the interval without a hole. */
const isWhole = (spans: readonly Span[], interval: Interval): boolean =>
  spans.every((span) => !span.isDirty) &&
  spans.reduce((covered, span) => covered + span.to - span.from, 0) === interval.to - interval.from;

async function firstEvent(store: Store): Promise<number | null> {
  const [row] = await store.rows(
    sql`SELECT min(day) AS first, count() AS rows FROM ${store.table('ingest_log')}`,
    { surface: 'rollup' },
  );
  return Number(row?.rows ?? 0) === 0 ? null : Date.parse(String(row?.first));
}
