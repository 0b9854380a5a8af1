import { setTimeout as pause } from 'node:timers/promises';
import { sql } from '../src/store/sql';
import type { Bench } from './bench';
import type { ClientProcess } from './client-process';
import { measured, megabytes, timeAndMemory } from './memory';
import type { Measured } from './memory';
import { askForAccessLog, mostDays } from './report-run';
import { mostReportRows } from './serve';
import type { Serving } from './serve';

export interface CsvFigures {
  file: string;
  rows: number;
  rows_per_second: number;
  file_mb: number;
  seconds: number;
  rss_before_mb: number;
  rss_added_mb: number;
}

interface File {
  rows: number;
  bytes: number;
}

const day = 86_400_000;
const lookEveryMs = 100;

/** The largest files that people ask for: the access log as a report, and the export of events. */
export async function measureCsv(
  bench: Bench,
  serving: Serving,
  client: ClientProcess,
): Promise<CsvFigures[]> {
  const report = (days: number) => measured(() => accessLog(bench, serving, client, days));
  const events = (days: number) => measured(() => exportedEvents(bench, serving, client, days));
  // What the engine and the runtime take once is no matter of a file's size.
  await report(1);
  await events(1);
  return [
    figures('access log report', await report(mostDays)),
    figures('events export', await events(await daysWithin(bench, mostReportRows))),
  ];
}

const figures = (file: string, made: Measured<File>): CsvFigures => ({
  file,
  rows: made.result.rows,
  rows_per_second: Math.round(made.result.rows / made.seconds),
  file_mb: megabytes(made.result.bytes),
  ...timeAndMemory(made),
});

async function accessLog(
  { workload }: Bench,
  serving: Serving,
  client: ClientProcess,
  days: number,
): Promise<File> {
  const report = await askForAccessLog(serving, client, workload, days);
  while (!(await report.isOver())) await pause(lookEveryMs);
  const { rows, bytes } = report.now();
  return { rows: rows ?? 0, bytes: bytes ?? 0 };
}

async function exportedEvents(
  { workload: { until } }: Bench,
  { url, headers }: Serving,
  client: ClientProcess,
  days: number,
): Promise<File> {
  const range = `from=${until - days * day}&to=${until}`;
  const { lines, bytes } = await client.run('download', {
    url: `${url}/api/v1/events?format=csv&${range}`,
    headers: headers.program,
  });
  // The first line is the header.
  return { rows: lines - 1, bytes };
}

/** How many of the newest days hold no more than so many events, at least one. */
async function daysWithin({ insights, workload }: Bench, events: number): Promise<number> {
  const { store } = insights;
  const rows = await store.rows(
    sql`SELECT toUnixTimestamp(toStartOfDay(createdAt)) AS start, count() AS events
        FROM ${store.table('infisical_events')} WHERE source = 'bench' GROUP BY start ORDER BY start DESC`,
    { surface: 'state' },
  );
  let left = events;
  const within = rows.filter((row) => (left -= Number(row.events)) >= 0);
  const oldest = Number(within.at(-1)?.start ?? NaN) * 1000;
  return Math.max(1, Math.min(workload.days, (workload.until - oldest) / day || 1));
}
