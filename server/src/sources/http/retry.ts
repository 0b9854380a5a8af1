import { setTimeout as sleep } from 'node:timers/promises';
import type { Failure } from '../../failure';

/** An attempt that failed in a way that passes; `failure` is what to say if it does not. */
export class Passing extends Error {
  readonly failure: Failure;
  /** Milliseconds that the other side asked us to wait; null where it did not say. */
  readonly afterMs: number | null;

  constructor(failure: Failure, afterMs: number | null = null) {
    super(failure.message);
    this.failure = failure;
    this.afterMs = afterMs;
  }
}

export interface Patience {
  /** Attempts in all. */
  attempts: number;
  /** Before the second attempt, doubled before each later one. */
  firstWaitMs: number;
  /** A longer wait, also one that was asked for, ends the attempts. */
  mostWaitMs: number;
}

export const usualPatience: Patience = { attempts: 5, firstWaitMs: 1_000, mostWaitMs: 120_000 };

/** Tries again what failed in a passing way. @throws the failure of the last attempt. */
export async function withRetries<T>(
  work: () => Promise<T>,
  { attempts, firstWaitMs, mostWaitMs }: Patience,
  signal: AbortSignal,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Passing)) throw error;
      const wait = error.afterMs ?? jittered(firstWaitMs * 2 ** (attempt - 1));
      if (attempt >= attempts || wait > mostWaitMs) throw error.failure;
      await sleep(wait, undefined, { signal });
    }
  }
}

/** Between half and all of it, so that several instances do not come back at the same moment. */
const jittered = (ms: number): number => ms * (0.5 + Math.random() / 2);
