import { setTimeout as pause } from 'node:timers/promises';
import type { Bench } from './bench';
import { closerOf } from './bench-store';
import type { ClientProcess } from './client-process';
import { batchAt, failuresIn } from './dashboard';
import type { PanelQuery } from './dashboard';
import { askForAccessLog } from './report-run';
import { median, percentile, round } from './report';
import type { Serving } from './serve';

export interface ViewersTime {
  viewers: number;
  refreshes: number;
  p50_ms: number;
  p95_ms: number;
  errors: number;
  /** Of the 95th percentile of one viewer. */
  ratio: number;
  /** Statements that were asked of the engine, and those that shared an answer under way or a kept one. */
  asked: number;
  joined: number;
  kept: number;
}

const everyMs = 10_000;
/** As the server does. */
const closeEveryMs = 15_000;

/** One viewer of a live dashboard, then fifty, while events arrive and time is closed. */
export async function measureViewers(
  { insights }: Bench,
  { url, headers }: Serving,
  client: ClientProcess,
  dashboard: readonly PanelQuery[],
  seconds: number,
): Promise<ViewersTime[]> {
  const watching = {
    everyMs,
    dashboard,
    query: { url: `${url}/api/v1/query`, headers: headers.viewer },
    // By a connection of its own, so that the workload can be told from it (stored-workload.ts).
    door: { url: `${url}/api/v1/ingest/infisical?source=live`, headers: headers.program },
    behindMs: Date.now() - insights.now(),
  };
  // What connections and caches take once is no viewer's matter.
  await client.run('watch', { ...watching, viewers: 1, lastsMs: 1 });
  const closer = closerOf(insights);
  closer.start(closeEveryMs);
  const rows: ViewersTime[] = [];
  const { counts } = insights.store.shared;
  for (const viewers of [1, 50]) {
    const before = { ...counts };
    const { times, errors } = await client.run('watch', {
      ...watching,
      viewers,
      lastsMs: seconds * 1000,
    });
    for (const error of new Set(errors)) console.error(error);
    const p95 = percentile(times, 0.95);
    rows.push({
      viewers,
      refreshes: times.length,
      p50_ms: round(median(times)),
      p95_ms: round(p95),
      errors: errors.length,
      ratio: round(p95 / (rows[0]?.p95_ms ?? p95), 2),
      asked: counts.asked - before.asked,
      joined: counts.joined - before.joined,
      kept: counts.kept - before.kept,
    });
  }
  await closer.stop();
  return rows;
}

export interface AlertTime {
  query: string;
  alone_ms: number;
  beside_ms: number;
  ratio: number;
  alone_p95_ms: number;
  beside_p95_ms: number;
  /** Alerts that were asked beside a report. */
  asked_beside: number;
}

const alertInsights = ['rotation-failures', 'access-volume'];
const fewest = 30;
const restMs = 100;

/** What alert rules ask over the last day, alone and while a report over the whole range is made. */
export async function measureAlerts(
  { insights, workload }: Bench,
  serving: Serving,
  client: ClientProcess,
): Promise<AlertTime[]> {
  const { url, headers } = serving;
  const queries = alertInsights.map((insight) => ({
    refId: insight,
    query: { insight, version: 1 },
    from: 'now-1d',
    to: 'now',
  }));
  const times = queries.map(() => ({ alone: [] as number[], beside: [] as number[] }));
  const askAll = async (when: 'alone' | 'beside'): Promise<void> => {
    for (const [index, query] of queries.entries()) {
      // Every answer is worked out anew, as for rules that are seldom asked.
      insights.store.changed();
      const { ms, body } = await client.run('ask', {
        url: `${url}/api/v1/query`,
        headers: headers.alert,
        body: batchAt([query], workload.until),
      });
      const [failure] = failuresIn(body);
      if (failure !== undefined) throw new Error(failure);
      times[index]?.[when].push(ms);
    }
    await pause(restMs);
  };
  for (let run = 0; run < fewest; run++) await askAll('alone');
  // A small store's report is over before there are enough.
  while ((times[0]?.beside.length ?? 0) < fewest) {
    const report = await askForAccessLog(serving, client, workload);
    while (!(await report.isOver())) await askAll('beside');
  }
  return times.map(({ alone, beside }, index) => ({
    query: alertInsights[index] ?? '',
    alone_ms: round(median(alone)),
    beside_ms: round(median(beside)),
    ratio: round(median(beside) / median(alone), 2),
    alone_p95_ms: round(percentile(alone, 0.95)),
    beside_p95_ms: round(percentile(beside, 0.95)),
    asked_beside: beside.length,
  }));
}
