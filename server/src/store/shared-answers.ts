import { LRUCache } from 'lru-cache';

export interface SharedAnswersOptions<T> {
  /** Bytes that kept answers may take together. */
  bytes: number;
  sizeOf: (answer: T) => number;
}

/** How a question was answered: by asking, from one that was being answered, or from a kept answer. */
export type Answered = 'asked' | 'joined' | 'kept';

interface Run<T> {
  /** Of the data when it was asked; null while it waits for the run before it. */
  state: string | null;
  answer: Promise<T>;
  /** Those who wait for it. */
  waiting: number;
  stop: AbortController;
}

interface Question {
  key: string;
  /** Names the state of the data now; an answer of an earlier one is never given. */
  state: () => string;
  /** Only those of one lane wait for one run, so that nobody waits in a slower one. */
  lane: string;
  keepMs: number;
}

/**
 * Answers that several can use. Equal questions share one run while it lasts, and its answer is kept
 * while the state of the data is the one it was asked in. Who asks when that has moved on during a run
 * waits for the next one, which begins when the run is over and serves all who came meanwhile: data that
 * changes many times a second does not set off as many runs. Nobody may change an answer: others have it.
 */
export class SharedAnswers<T extends object> {
  readonly counts: Record<Answered, number> = { asked: 0, joined: 0, kept: 0 };
  readonly #kept: LRUCache<string, T>;
  /** For each place the run that is under way, and the one after it. */
  readonly #runs = new Map<string, Run<T>[]>();
  #state = '';

  constructor({ bytes, sizeOf }: SharedAnswersOptions<T>) {
    this.#kept = new LRUCache({ maxSize: bytes, sizeCalculation: sizeOf });
  }

  get bytes(): number {
    return this.#kept.calculatedSize;
  }

  get limit(): number {
    return this.#kept.maxSize;
  }

  /**
   * @param ask is stopped by its signal once everybody who waited has left.
   * @throws what `ask` throws, and the signal's reason where the caller leaves.
   */
  async get(
    question: Question,
    ask: (signal: AbortSignal) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    signal?.throwIfAborted();
    const state = this.#seen(question.state());
    const kept = this.#kept.get(question.key);
    if (kept !== undefined) {
      this.counts.kept++;
      return kept;
    }
    const place = [question.lane, question.key].join('\n');
    const last = this.#runs.get(place)?.at(-1);
    const isInTime = last?.state === null || last?.state === state;
    this.counts[isInTime ? 'joined' : 'asked']++;
    const run = last && isInTime ? last : this.#start(place, question, ask, last);
    run.waiting++;
    try {
      return await unlessLeft(run.answer, signal);
    } finally {
      run.waiting--;
      if (run.waiting === 0 && this.#leave(place, run)) run.stop.abort();
    }
  }

  #seen(state: string): string {
    if (state !== this.#state) this.#kept.clear();
    this.#state = state;
    return state;
  }

  #start(
    place: string,
    { key, state, keepMs }: Question,
    ask: (signal: AbortSignal) => Promise<T>,
    before: Run<T> | undefined,
  ): Run<T> {
    const stop = new AbortController();
    const begin = (): Promise<T> => {
      stop.signal.throwIfAborted();
      run.state = this.#seen(state());
      return ask(stop.signal);
    };
    const run: Run<T> = before
      ? { state: null, answer: before.answer.then(begin, begin), waiting: 0, stop }
      : { state: this.#state, answer: ask(stop.signal), waiting: 0, stop };
    this.#runs.set(place, [...(this.#runs.get(place) ?? []), run]);
    run.answer.then(
      (answer) => {
        this.#leave(place, run);
        if (run.state === this.#state) this.#kept.set(key, answer, { ttl: keepMs });
      },
      // Its failure is told to everyone who waits; there may be nobody left.
      () => this.#leave(place, run),
    );
    return run;
  }

  /** @returns whether it was there: it is neither over nor given up. */
  #leave(place: string, run: Run<T>): boolean {
    const runs = this.#runs.get(place) ?? [];
    const others = runs.filter((each) => each !== run);
    if (others.length > 0) this.#runs.set(place, others);
    else this.#runs.delete(place);
    return others.length < runs.length;
  }
}

/** The answer, unless whoever waits for it leaves first. */
async function unlessLeft<T>(answer: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return answer;
  return new Promise<T>((resolve, reject) => {
    const leave = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', leave, { once: true });
    void answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
