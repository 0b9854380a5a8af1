import { Failure } from '../failure';

/** Who waits for a statement: an alert rule, a person in front of a screen, a file. */
export type Lane = 'alert' | 'screen' | 'file';
export const lanes: readonly Lane[] = ['alert', 'screen', 'file'];

export interface TurnLimits {
  /** Statements that run at the same time; an alert has one more place. */
  atOnce: number;
  /** Statements that wait in each lane; more are asked to come again. */
  waiting: number;
}

interface Waiter {
  enter: () => void;
}

const comeAgainSeconds = 5;

/**
 * Lets so many statements run at once, and decides who is next. Alerts come first, and have one place
 * more than all others; files (reports, exports) take at most half of the others' places. So neither a
 * long file nor a full dashboard stands in the way of an alert. Between screens and files turns
 * alternate. Inside a lane it is first come, first served.
 */
export class Turns {
  readonly #limits: TurnLimits;
  readonly #most: Record<Lane, number>;
  readonly #waiting: Record<Lane, Waiter[]> = { alert: [], screen: [], file: [] };
  readonly #running: Record<Lane, number> = { alert: 0, screen: 0, file: 0 };
  #last: Lane = 'file';

  constructor(limits: TurnLimits) {
    const { atOnce } = limits;
    this.#limits = limits;
    this.#most = { alert: atOnce + 1, screen: atOnce, file: Math.max(1, Math.floor(atOnce / 2)) };
  }

  running(lane: Lane): number {
    return this.#running[lane];
  }

  waiting(lane: Lane): number {
    return this.#waiting[lane].length;
  }

  /**
   * @throws Failure `busy` where too many wait already, and the signal's reason where the asker left
   *   before the turn came.
   */
  async run<R>(lane: Lane, work: () => Promise<R>, signal?: AbortSignal): Promise<R> {
    await this.#enter(lane, signal);
    try {
      return await work();
    } finally {
      this.#running[lane]--;
      this.#callNext();
    }
  }

  async #enter(lane: Lane, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (this.#waiting[lane].length === 0 && this.#hasPlace(lane)) {
      this.#begin(lane);
      return;
    }
    if (this.#waiting[lane].length >= this.#limits.waiting) throw tooMany();
    await new Promise<void>((resolve, reject) => {
      const leave = (): void => {
        this.#waiting[lane].splice(this.#waiting[lane].indexOf(waiter), 1);
        reject(signal?.reason as Error);
      };
      const waiter: Waiter = {
        enter: () => {
          signal?.removeEventListener('abort', leave);
          resolve();
        },
      };
      this.#waiting[lane].push(waiter);
      signal?.addEventListener('abort', leave, { once: true });
    });
  }

  #hasPlace(lane: Lane): boolean {
    const { alert, screen, file } = this.#running;
    const most = this.#limits.atOnce;
    if (alert + screen + file > most || this.#running[lane] >= this.#most[lane]) return false;
    return lane === 'alert' || screen + file < most;
  }

  #begin(lane: Lane): void {
    this.#running[lane]++;
    if (lane !== 'alert') this.#last = lane;
  }

  #callNext(): void {
    const inTurn: Lane[] = this.#last === 'screen' ? ['file', 'screen'] : ['screen', 'file'];
    for (const lane of ['alert' as const, ...inTurn]) {
      while (this.#hasPlace(lane)) {
        const next = this.#waiting[lane].shift();
        if (!next) break;
        this.#begin(lane);
        next.enter();
      }
    }
  }
}

const tooMany = (): Failure =>
  new Failure(
    'busy',
    'More questions wait for the database than this server lets wait. Try again in some seconds, or raise SECRET_INSIGHTS_LIMIT_WAITING.',
    { retryAfter: comeAgainSeconds },
  );
