import type { Bench } from './bench';
import type { ClientProcess } from './client-process';
import { batchAt, failuresIn } from './dashboard';
import type { PanelQuery } from './dashboard';
import { pairs } from './naive';
import { median, progress, round } from './report';
import type { Serving } from './serve';

export interface WholeAnswer {
  insight: string;
  http_ms: number;
  engine_ms: number;
  statements: number;
  limit_ms: number;
  within: 'yes' | 'NO';
}

const day = 86_400_000;
const runs = 25;

/** What a caller waits for beside what the engine takes, for the access insights over thirty days. */
export async function measureWholeAnswers(
  { insights: { store }, workload, engineTime }: Bench,
  { url, headers }: Serving,
  client: ClientProcess,
): Promise<WholeAnswer[]> {
  const from = workload.until - Math.min(30, workload.days) * day;
  const answers: WholeAnswer[] = [];
  const ids = pairs
    .filter(({ query: { params, filters } }) => !params && !filters)
    .map(({ query }) => query.insight);
  for (const insight of ids) {
    const address = `${url}/api/v1/insights/${insight}?from=${from}&to=${workload.until}`;
    const http: number[] = [];
    const engine: number[] = [];
    // The first one fills caches.
    for (let run = 0; run <= runs; run++) {
      // Without kept answers: what is timed is finding an answer, not having it.
      store.changed();
      engineTime.begin();
      const { ms } = await client.run('ask', { url: address, headers: headers.program });
      if (run === 0) continue;
      http.push(ms);
      engine.push(engineTime.busyMs);
    }
    const limit = 1.3 * median(engine) + 3;
    answers.push({
      insight,
      http_ms: round(median(http)),
      engine_ms: round(median(engine)),
      statements: engineTime.statements,
      limit_ms: round(limit),
      within: median(http) <= limit ? 'yes' : 'NO',
    });
    progress('whole answers', answers.length, ids.length);
  }
  return answers;
}

export interface BatchTime {
  queries: number;
  batch_ms: number;
  slowest_ms: number;
  ratio: number;
}

export interface QueryTime {
  panel: string;
  insight: string;
  alone_ms: number;
  engine_ms: number;
  statements: number;
}

interface Timed {
  ms: number;
  engineMs: number;
  statements: number;
}

const rounds = 9;

/** A whole dashboard as one call beside each of its queries as a call of its own, in turn. */
export async function measureBatch(
  { insights: { store }, workload, engineTime }: Bench,
  { url, headers }: Serving,
  client: ClientProcess,
  dashboard: readonly PanelQuery[],
): Promise<{ batch: BatchTime; alone: QueryTime[] }> {
  const timed = async (queries: readonly PanelQuery[]): Promise<Timed> => {
    store.changed();
    engineTime.begin();
    const { ms, body } = await client.run('ask', {
      url: `${url}/api/v1/query`,
      headers: headers.viewer,
      body: batchAt(queries, workload.until),
    });
    const [failure] = failuresIn(body);
    if (failure !== undefined) throw new Error(failure);
    return { ms, engineMs: engineTime.busyMs, statements: engineTime.statements };
  };
  const whole: Timed[] = [];
  const alone: Timed[][] = dashboard.map(() => []);
  // The first one fills caches.
  for (let run = 0; run <= rounds; run++) {
    const took = await timed(dashboard);
    if (run > 0) whole.push(took);
    for (const [index, query] of dashboard.entries()) {
      const tookAlone = await timed([query]);
      if (run > 0) alone[index]?.push(tookAlone);
    }
    progress('rounds of the dashboard', run, rounds);
  }
  const medianOf = (runs: readonly Timed[] = []): number => median(runs.map(({ ms }) => ms));
  const slowest = Math.max(...alone.map(medianOf));
  return {
    batch: {
      queries: dashboard.length,
      batch_ms: round(medianOf(whole)),
      slowest_ms: round(slowest),
      ratio: round(medianOf(whole) / slowest, 2),
    },
    alone: dashboard.map(({ refId, query }, index) => ({
      panel: refId,
      insight: query.insight,
      alone_ms: round(medianOf(alone[index])),
      engine_ms: round(median((alone[index] ?? []).map(({ engineMs }) => engineMs))),
      statements: alone[index]?.at(-1)?.statements ?? 0,
    })),
  };
}
