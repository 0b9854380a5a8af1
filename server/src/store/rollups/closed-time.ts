import type { Interval } from '../relations/plan';
import type { StateLog } from '../state-log';

/** A span of time whose counts are in one generation of the rollups. */
export interface Span extends Interval {
  generation: number;
  /** Events arrived for it since it was counted: it is answered from raw until counted again. */
  isDirty: boolean;
}

/** Notices whether anybody wrote to a span while it was being counted. */
export interface Watch {
  interval: Interval;
  wasTouched: boolean;
}

const kind = 'closed-span';
const keyOf = ({ from, to }: Interval): string => `${from}-${to}`;
const overlaps = (a: Interval, b: Interval): boolean => a.from < b.to && b.from < a.to;

/**
 * Which time is closed, and by which generation. A day, or an hour of today until its day is closed.
 * Every change is in the state log before it is believed here; a crash in between leaves time open or
 * dirty, which is slower and still right.
 */
export class ClosedTime {
  readonly #log: StateLog;
  #spans: Span[] = [];
  /** Writers that announced a span of time and have not said that they are done. */
  readonly #writing = new Set<Interval>();
  readonly #watches = new Set<Watch>();
  #generation = 0;
  /** Announcing and closing exclude each other: one must not miss what the other is about to say. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(log: StateLog) {
    this.#log = log;
    const logged = log.list(kind).map((entry) => entry.body as Span);
    // After a crash between the two notes of a replacement both are there; the newer one holds.
    for (const span of logged.sort((a, b) => b.generation - a.generation)) {
      if (!this.#spans.some((each) => overlaps(each, span))) this.#spans.push(span);
    }
    this.#sort();
    this.#generation = Math.max(0, ...log.list('generation').map((entry) => Number(entry.body)));
  }

  /** Oldest first; they never overlap. */
  get spans(): readonly Span[] {
    return this.#spans;
  }

  /** A number no row of any rollup carries yet, also after a crash. */
  async nextGeneration(): Promise<number> {
    this.#generation++;
    await this.#log.append('generation', 'newest', this.#generation);
    return this.#generation;
  }

  /**
   * A door announces the time it is about to write to, before it writes. Closed spans in it become
   * dirty first. The returned function says that the write is over.
   */
  async announce(intervals: readonly Interval[]): Promise<() => void> {
    return this.#inTurn(async () => {
      intervals.forEach((interval) => this.#writing.add(interval));
      this.#touch(intervals);
      for (const span of this.#spans) {
        if (!span.isDirty && intervals.some((interval) => overlaps(interval, span))) {
          span.isDirty = true;
          await this.#log.append(kind, keyOf(span), span);
        }
      }
      return () => {
        this.#touch(intervals);
        intervals.forEach((interval) => this.#writing.delete(interval));
      };
    });
  }

  isBeingWritten(interval: Interval): boolean {
    return [...this.#writing].some((each) => overlaps(each, interval));
  }

  /** To be taken before a span is counted, and handed to `close` or `forget` after it. */
  watch(interval: Interval): Watch {
    const watch: Watch = { interval, wasTouched: this.isBeingWritten(interval) };
    this.#watches.add(watch);
    return watch;
  }

  forget(watch: Watch): void {
    this.#watches.delete(watch);
  }

  /**
   * Takes the watched span as closed by a generation, in place of every span inside it.
   * @returns false, and changes nothing, where somebody wrote to it while it was being counted.
   */
  async close(watch: Watch, generation: number): Promise<boolean> {
    return this.#inTurn(async () => {
      this.forget(watch);
      if (watch.wasTouched) return false;
      const replaced = this.#spans.filter((each) => overlaps(each, watch.interval));
      const closed: Span = { ...watch.interval, generation, isDirty: false };
      await this.#log.append(kind, keyOf(closed), closed);
      for (const each of replaced) {
        if (keyOf(each) !== keyOf(closed)) await this.#log.append(kind, keyOf(each), null);
      }
      this.#spans = [...this.#spans.filter((each) => !replaced.includes(each)), closed];
      this.#sort();
      return true;
    });
  }

  #touch(intervals: readonly Interval[]): void {
    for (const watch of this.#watches) {
      if (intervals.some((interval) => overlaps(interval, watch.interval))) watch.wasTouched = true;
    }
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  #sort(): void {
    this.#spans.sort((a, b) => a.from - b.from);
  }
}
