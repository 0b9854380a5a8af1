interface Waiting<T> {
  item: T;
  weight: number;
  resolve: () => void;
  reject: (reason: unknown) => void;
}

/**
 * For work that costs little more for several things than for one: one round runs at a time, and what
 * arrives meanwhile goes into the next together. Nothing waits while nothing runs.
 */
export class Together<T> {
  readonly #work: (items: T[]) => Promise<void>;
  readonly #most: number;
  #waiting: Waiting<T>[] = [];
  #isRunning = false;

  /** @param most weight of one round; a single heavier thing has a round to itself */
  constructor(work: (items: T[]) => Promise<void>, most: number) {
    this.#work = work;
    this.#most = most;
  }

  /** Resolves when the round that did it is over, and rejects with what that round failed of. */
  async add(item: T, weight: number): Promise<void> {
    const done = new Promise<void>((resolve, reject) => {
      this.#waiting.push({ item, weight, resolve, reject });
    });
    if (!this.#isRunning) void this.#run();
    return done;
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#waiting.length > 0) {
      const round = this.#nextRound();
      try {
        await this.#work(round.map(({ item }) => item));
        round.forEach(({ resolve }) => resolve());
      } catch (error) {
        round.forEach(({ reject }) => reject(error));
      }
    }
    this.#isRunning = false;
  }

  #nextRound(): Waiting<T>[] {
    let weight = 0;
    const end = this.#waiting.findIndex((each, index) => {
      weight += each.weight;
      return index > 0 && weight > this.#most;
    });
    return this.#waiting.splice(0, end < 0 ? this.#waiting.length : end);
  }
}
