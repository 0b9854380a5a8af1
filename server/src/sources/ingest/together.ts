interface Waiting<T> {
  item: T;
  weight: number;
  resolve: () => void;
  reject: (reason: unknown) => void;
}

/** A place in the next round for something that is on its way. */
export interface Place<T> {
  /** Resolves when the round that did it is over, and rejects with what that round failed of. */
  take: (item: T, weight: number) => Promise<void>;
  /** For what never came; does nothing once the place is taken. */
  leave: () => void;
}

/** A round is not held up longer by something that takes its time to come. */
const patienceMs = 100;

export interface RoundLimits {
  /** Weight of one round at most; a single heavier thing has a round to itself. */
  most: number;
  /** Weight from which a round waits for nothing more. */
  enough: number;
}

/**
 * For work that costs little more for several things than for one: one round runs at a time, and what
 * arrives meanwhile goes into the next together. A light round waits a while for what is on its way.
 */
export class Together<T> {
  readonly #work: (items: T[]) => Promise<void>;
  readonly #limits: RoundLimits;
  #waiting: Waiting<T>[] = [];
  #isRunning = false;
  #coming = 0;
  #onReady: (() => void) | null = null;

  constructor(work: (items: T[]) => Promise<void>, limits: RoundLimits) {
    this.#work = work;
    this.#limits = limits;
  }

  expect(): Place<T> {
    this.#coming += 1;
    let isComing = true;
    const leave = (): void => {
      if (!isComing) return;
      isComing = false;
      this.#coming -= 1;
      if (this.#isReady()) this.#onReady?.();
    };
    return {
      leave,
      take: async (item, weight) => {
        const done = new Promise<void>((resolve, reject) => {
          this.#waiting.push({ item, weight, resolve, reject });
        });
        leave();
        if (!this.#isRunning) void this.#run();
        return done;
      },
    };
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#waiting.length > 0) {
      if (!this.#isReady()) await this.#ready();
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

  #isReady(): boolean {
    const weight = this.#waiting.reduce((sum, each) => sum + each.weight, 0);
    return this.#coming === 0 || weight >= this.#limits.enough;
  }

  async #ready(): Promise<void> {
    await new Promise<void>((resolve) => {
      const late = setTimeout(resolve, patienceMs);
      this.#onReady = () => {
        clearTimeout(late);
        resolve();
      };
    });
    this.#onReady = null;
  }

  #nextRound(): Waiting<T>[] {
    let weight = 0;
    const end = this.#waiting.findIndex((each, index) => {
      weight += each.weight;
      return index > 0 && weight > this.#limits.most;
    });
    return this.#waiting.splice(0, end < 0 ? this.#waiting.length : end);
  }
}
