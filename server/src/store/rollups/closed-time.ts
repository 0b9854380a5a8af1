import type { Interval, ProjectKey } from '../relations/plan';
import type { StateLog } from '../state-log';

/** A day, or an hour whose day is not closed yet, whose counts are in one generation of the rollups. */
export interface Span extends Interval {
  generation: number;
  /** Events arrived for it since it was counted: it is answered from raw until counted again. */
  isDirty: boolean;
  /** Of a dirty span: projects whose raw events had expired by then; they stay with what was counted. */
  kept: readonly ProjectKey[];
}

/** Several closed days in one generation. */
export interface Sum extends Interval {
  generation: number;
  /** Its days: a sum holds as long as each of them does. */
  of: readonly number[];
}

/** Notices whether anybody wrote to a span while it was being counted. */
export interface Watch {
  interval: Interval;
  wasTouched: boolean;
}

/** Projects of a span of which fewer events can be found now than were counted. */
export type FindExpired = (span: Span) => Promise<readonly ProjectKey[]>;

interface Dirtied {
  generation: number;
  kept: readonly ProjectKey[];
}

const overlaps = (a: Interval, b: Interval): boolean => a.from < b.to && b.from < a.to;
const isInside = (inner: Interval, outer: Interval): boolean =>
  outer.from <= inner.from && inner.to <= outer.to;

/** Numbers taken from the log at once, so that it does not grow by one entry a span. */
const reservedAtOnce = 1000;

/**
 * Which time is closed, and by which generation. The log has two kinds of entries that are never taken
 * back: a generation counts a span, and a generation is dirty. Of two generations that count the same
 * time the newer one holds. So the order of entries does not matter, nor whether one is there twice,
 * and a crash or a failed append at any moment leaves time open or dirty: slower, and still right.
 */
export class ClosedTime {
  readonly #log: StateLog;
  readonly #findExpired: FindExpired;
  #spans: Span[] = [];
  #sums: Sum[] = [];
  /** Spans that may be in the log or not: the append failed, and failing does not say which. */
  #unsure: Span[] = [];
  /** Writers that announced a span of time and have not said that they are done. */
  readonly #writing = new Set<Interval>();
  readonly #watches = new Set<Watch>();
  #generation: number;
  #reserved: number;
  /** Announcing and closing exclude each other: one must not miss what the other is about to say. */
  #turn: Promise<unknown> = Promise.resolve();

  /** Without `findExpired`, for stores whose raw events are never deleted. */
  constructor(log: StateLog, findExpired: FindExpired = () => Promise.resolve([])) {
    this.#log = log;
    this.#findExpired = findExpired;
    this.reload();
    this.#reserved = Math.max(0, ...log.list('generation').map((entry) => Number(entry.body)));
    this.#generation = this.#reserved;
  }

  /** Takes the spans from the log: for a server that reads what another one writes there. */
  reload(): void {
    const dirty = new Map(
      this.#log
        .list('dirty')
        .flatMap(({ body }) => body as Dirtied[])
        .map(({ generation, kept }) => [generation, kept]),
    );
    this.#spans = [];
    for (const counted of loggedSpans(this.#log)) {
      if (this.#spans.some((span) => overlaps(span, counted))) continue;
      const kept = dirty.get(counted.generation);
      this.#spans.push({ ...counted, isDirty: kept !== undefined, kept: kept ?? [] });
    }
    this.#sort();
    this.#sums = this.#log.list('sum').map(({ body }) => body as Sum);
  }

  /** Oldest first; they never overlap. */
  get spans(): readonly Span[] {
    return this.#spans;
  }

  /** Those that hold: a generation that is replaced or dirty never becomes current again. */
  get sums(): readonly Sum[] {
    const clean = new Set(
      this.#spans.filter(({ isDirty }) => !isDirty).map(({ generation }) => generation),
    );
    this.#sums = this.#sums.filter(({ of }) => of.every((generation) => clean.has(generation)));
    return this.#sums;
  }

  /** Generations whose rows must stay. */
  get generations(): ReadonlySet<number> {
    return new Set(
      [...this.#spans, ...this.#unsure, ...this.sums].map(({ generation }) => generation),
    );
  }

  /**
   * A number that no row of any rollup carries, also after a crash: on a server, a statement of a
   * process that is gone can still be writing rows.
   */
  async nextGeneration(): Promise<number> {
    if (this.#generation === this.#reserved) {
      const reserved = this.#reserved + reservedAtOnce;
      await this.#log.append('generation', 'reserved', reserved);
      this.#reserved = reserved;
    }
    this.#generation++;
    return this.#generation;
  }

  /**
   * A door announces the time it is about to write to, before it writes. Closed spans in it become
   * dirty first. The returned function says that the write is over.
   */
  async announce(announced: readonly Interval[]): Promise<() => void> {
    // Copies: two writers may announce one and the same object.
    const intervals = announced.map(({ from, to }) => ({ from, to }));
    const finish = (): void => {
      this.#touch(intervals);
      intervals.forEach((interval) => this.#writing.delete(interval));
    };
    return this.#inTurn(async () => {
      intervals.forEach((interval) => this.#writing.add(interval));
      this.#touch(intervals);
      try {
        await this.#makeDirty(intervals);
      } catch (error) {
        finish();
        throw error;
      }
      return finish;
    });
  }

  isBeingWritten(interval: Interval): boolean {
    return [...this.#writing].some((each) => overlaps(each, interval));
  }

  /** Whether writing to it would matter: something of it is closed, or about to be. */
  isConcernedBy(interval: Interval): boolean {
    return (
      [...this.#spans, ...this.#unsure].some((span) => !span.isDirty && overlaps(span, interval)) ||
      [...this.#watches].some((watch) => overlaps(watch.interval, interval))
    );
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
      const { from, to } = watch.interval;
      const closed: Span = { from, to, generation, isDirty: false, kept: [] };
      if (this.#spans.some((span) => overlaps(span, closed) && !isInside(span, closed))) {
        throw new Error('a span cannot be closed inside a longer one');
      }
      this.#unsure.push(closed);
      await this.#log.append('span', String(generation), { from, to, generation });
      this.#unsure = this.#unsure.filter((span) => !isInside(span, closed));
      this.#spans = [...this.#spans.filter((span) => !isInside(span, closed)), closed];
      this.#sort();
      return true;
    });
  }

  /** Takes rows as the sum of days. Nothing is watched: what is written to those days ends the sum. */
  async add(sum: Sum): Promise<void> {
    // Before the log: rows that it may name must stay, and they are right whether it does or not.
    this.#sums = [...this.#sums, sum];
    await this.#log.append('sum', String(sum.generation), sum);
  }

  /**
   * Log entries about generations that a newer one has replaced. Each is outdone by an entry that
   * stays, so they can be removed in any order, and half.
   */
  replacedEntries(): Record<'span' | 'dirty' | 'sum', string[]> {
    const current = this.generations;
    const isReplaced = ({ generation }: { generation: number }): boolean =>
      !current.has(generation);
    const replaced = (kind: 'span' | 'sum'): string[] =>
      this.#log
        .list(kind)
        .filter(({ body }) => isReplaced(body as Dirtied))
        .map(({ key }) => key);
    return {
      span: replaced('span'),
      sum: replaced('sum'),
      dirty: this.#log
        .list('dirty')
        .filter(({ body }) => (body as Dirtied[]).every(isReplaced))
        .map(({ key }) => key),
    };
  }

  /** In the log first: a span that is dirty here and clean there would be wrong after a crash. */
  async #makeDirty(intervals: readonly Interval[]): Promise<void> {
    const touched = [...this.#spans, ...this.#unsure].filter(
      (span) => !span.isDirty && intervals.some((interval) => overlaps(interval, span)),
    );
    if (touched.length === 0) return;
    const dirtied: Dirtied[] = [];
    for (const span of touched) {
      dirtied.push({ generation: span.generation, kept: await this.#findExpired(span) });
    }
    // One entry for all, so that a body that touches a year costs one append.
    await this.#log.append('dirty', String(dirtied[0]?.generation), dirtied);
    touched.forEach((span, index) => {
      span.isDirty = true;
      span.kept = dirtied[index]?.kept ?? [];
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

/** The newest generation first. */
function loggedSpans(log: StateLog): (Interval & { generation: number })[] {
  return log
    .list('span')
    .map(({ body }) => body as Interval & { generation: number })
    .sort((a, b) => b.generation - a.generation);
}
