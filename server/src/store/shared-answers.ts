import { LRUCache } from 'lru-cache';

export interface SharedAnswersOptions<T> {
  /** Bytes that kept answers may take together. */
  bytes: number;
  sizeOf: (answer: T) => number;
}

/** How a question was answered: by asking, from one that was being answered, or from a kept answer. */
export type Answered = 'asked' | 'joined' | 'kept';

interface Run<T> {
  answer: Promise<T>;
  /** Those who wait for it. */
  waiting: number;
  stop: AbortController;
}

/**
 * Answers that several can use. Equal questions share one run while it lasts, and its answer is kept
 * while the state of the data is the one it was asked in. Nobody may change an answer: others have it.
 */
export class SharedAnswers<T extends object> {
  readonly counts: Record<Answered, number> = { asked: 0, joined: 0, kept: 0 };
  readonly #kept: LRUCache<string, T>;
  readonly #runs = new Map<string, Run<T>>();
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
   * @param state names the state of the data; an answer of another state is never given.
   * @param lane only those of one lane wait for one run, so that nobody waits in a slower one.
   * @param ask is stopped by its signal once everybody who waited has left.
   * @throws what `ask` throws, and the signal's reason where the caller leaves.
   */
  async get(
    { key, state, lane, keepMs }: { key: string; state: string; lane: string; keepMs: number },
    ask: (signal: AbortSignal) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    signal?.throwIfAborted();
    if (state !== this.#state) {
      this.#kept.clear();
      this.#state = state;
    }
    const kept = this.#kept.get(key);
    if (kept !== undefined) {
      this.counts.kept++;
      return kept;
    }
    const place = [lane, state, key].join('\n');
    const underWay = this.#runs.get(place);
    this.counts[underWay ? 'joined' : 'asked']++;
    const run = underWay ?? this.#start(place, ask, { key, state, keepMs });
    run.waiting++;
    try {
      return await unlessLeft(run.answer, signal);
    } finally {
      run.waiting--;
      if (run.waiting === 0 && this.#runs.get(place) === run) {
        this.#runs.delete(place);
        run.stop.abort();
      }
    }
  }

  #start(
    place: string,
    ask: (signal: AbortSignal) => Promise<T>,
    { key, state, keepMs }: { key: string; state: string; keepMs: number },
  ): Run<T> {
    const stop = new AbortController();
    const run: Run<T> = { answer: ask(stop.signal), waiting: 0, stop };
    this.#runs.set(place, run);
    const over = (): void => {
      if (this.#runs.get(place) === run) this.#runs.delete(place);
    };
    run.answer.then((answer) => {
      over();
      if (state === this.#state) this.#kept.set(key, answer, { ttl: keepMs });
      // Its failure is told to everyone who waits; there may be nobody left.
    }, over);
    return run;
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
