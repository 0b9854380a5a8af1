import { setTimeout as sleep } from 'node:timers/promises';

const minute = 60_000;

/** Lets at most so many requests start in any one minute, in the order they asked. */
export class RequestPace {
  readonly #perMinute: number;
  readonly #started: number[] = [];
  #last: Promise<void> = Promise.resolve();

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  /** Settles when the next request may start. @throws the signal's reason once it is aborted. */
  async turn(signal: AbortSignal): Promise<void> {
    const mine = this.#last.then(() => this.#wait(signal));
    this.#last = mine.catch(() => undefined);
    await mine;
  }

  async #wait(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const oldest = this.#started[this.#started.length - this.#perMinute];
    const wait = oldest === undefined ? 0 : oldest + minute - performance.now();
    if (wait > 0) await sleep(wait, undefined, { signal });
    this.#started.push(performance.now());
    if (this.#started.length > this.#perMinute) this.#started.shift();
  }
}
