import { setTimeout as sleep } from 'node:timers/promises';

/** At the first start, so that a server that is started again and again asks a little later. */
const firstWithinMs = 2_000;

/**
 * Does something again and again until it is stopped, never twice at a time. A tenth of the interval
 * more or less keeps several sources from asking at the same moment.
 */
export async function every(
  intervalMs: number,
  work: () => Promise<void>,
  signal: AbortSignal,
  onError: (error: unknown) => void,
): Promise<void> {
  for (let wait = Math.random() * firstWithinMs; ; wait = intervalMs * (0.9 + Math.random() / 5)) {
    await sleep(wait, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    await work().catch((error: unknown) => {
      if (!signal.aborted) onError(error);
    });
  }
}
