import { setTimeout as sleep } from 'node:timers/promises';

/** Statements one after another, with pauses that keep their share of time under a ceiling. */
export class Pace {
  readonly #share: number;
  #turn: Promise<unknown> = Promise.resolve();
  #restUntil = 0;

  /** @param share from 0 (excluded) to 1, which is without pauses. */
  constructor(share: number) {
    this.#share = share;
  }

  readonly run = async <T>(statement: () => Promise<T>): Promise<T> => {
    const result = this.#turn.then(() => this.#runNext(statement));
    this.#turn = result.catch(() => undefined);
    return result;
  };

  async #runNext<T>(statement: () => Promise<T>): Promise<T> {
    const rest = this.#restUntil - performance.now();
    if (rest > 0) await sleep(rest);
    const started = performance.now();
    try {
      return await statement();
    } finally {
      const ended = performance.now();
      this.#restUntil = ended + ((ended - started) * (1 - this.#share)) / this.#share;
    }
  }
}
