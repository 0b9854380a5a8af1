import { Failure } from '../../failure';
import { recordPoll } from '../../store/inventory/polls';
import type { Poll } from '../../store/inventory/polls';
import type { Written } from '../../store/inventory/write';
import type { Store } from '../../store/store';

export interface AttemptsOptions {
  store: Store;
  /** Name of the connection. */
  source: string;
  now: () => number;
  signal: AbortSignal;
  /** Told of every attempt; with the error where it is none that a sentence says all about. */
  onAttempt: (poll: Poll, unexpected?: unknown) => void;
}

export const nothing: Written = { items: 0, changed: 0, gone: 0 };

/** Notes every attempt to ask one source, and keeps what fails from what comes after it. */
export class Attempts {
  readonly #options: AttemptsOptions;

  constructor(options: AttemptsOptions) {
    this.#options = options;
  }

  /** @returns whether it went well. @throws the signal's reason once we are asked to stop. */
  async record(
    kind: Poll['kind'],
    projectId: string,
    work: () => Promise<Written>,
  ): Promise<boolean> {
    const { store, source, now, signal, onAttempt } = this.#options;
    const startedAt = now();
    let written = nothing;
    let error: string | null = null;
    let unexpected: unknown;
    try {
      signal.throwIfAborted();
      written = await work();
    } catch (thrown) {
      // Being stopped is no failure of the source.
      signal.throwIfAborted();
      if (thrown instanceof Failure) error = thrown.message;
      else {
        error = 'Something went wrong here; the log of this server has more.';
        unexpected = thrown;
      }
    }
    const poll = { source, kind, projectId, startedAt, finishedAt: now(), error, ...written };
    onAttempt(poll, unexpected);
    await recordPoll(store, poll);
    return error === null;
  }
}
