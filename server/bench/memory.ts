export const megabytes = (bytes: number): number => Math.round(bytes / 2 ** 20);

export interface Measured<Result> {
  result: Result;
  seconds: number;
  /** Bytes of the whole process, the engine in it included. */
  memoryBefore: number;
  /** How many bytes more it had at its highest. */
  memoryAdded: number;
}

/** How long some work takes and how much memory it adds to the process, looked at every 10 ms. */
export async function measured<Result>(work: () => Promise<Result>): Promise<Measured<Result>> {
  const memoryBefore = process.memoryUsage.rss();
  let peak = memoryBefore;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 10);
  const started = performance.now();
  try {
    const result = await work();
    const seconds = (performance.now() - started) / 1000;
    return { result, seconds, memoryBefore, memoryAdded: peak - memoryBefore };
  } finally {
    clearInterval(watch);
  }
}

/** The columns of a table that shows it. */
export const timeAndMemory = ({ seconds, memoryBefore, memoryAdded }: Measured<unknown>) => ({
  seconds: Math.round(seconds * 10) / 10,
  rss_before_mb: megabytes(memoryBefore),
  rss_added_mb: megabytes(memoryAdded),
});
