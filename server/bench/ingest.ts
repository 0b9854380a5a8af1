import { rmSync } from 'node:fs';
import { capabilities } from '../src/contract';
import type { Insights } from '../src/insights/insights';
import { runInsight } from '../src/insights/run';
import { tableColumns } from '../src/sources/infisical/event-table';
import { sql } from '../src/store/sql';
import type { StateLog } from '../src/store/state-log';
import { inFlight } from './bodies';
import { withClient } from './client-process';
import type { Workload } from './events';
import { measured, megabytes } from './memory';
import { serve } from './serve';

export interface IngestFigures {
  events: number;
  per_body: number;
  events_per_second: number;
  /** What the engine takes when the same bodies are handed to it as files, into the same columns. */
  engine_events_per_second: number;
  share_of_engine: number;
  memory_added_mb: number;
  /** Events that differ, in the table and as the insights count them. */
  distinct: number;
  requests: number;
  each_counted_once: 'yes' | 'NO';
}

interface IngestRun {
  insights: Insights;
  state: StateLog;
  workload: Workload;
  /** How many of the workload's events are sent, each twice. */
  distinct: number;
  /** Events in a body. */
  perBody: number;
  folder: string;
}

/** Sends bodies to the door over loopback, four at a time, and each of them twice. */
export async function measureIngest(run: IngestRun): Promise<IngestFigures> {
  const { insights, state, workload, distinct, perBody, folder } = run;
  return withClient(async (client) => {
    const files = await client.run('makeBodies', { workload, events: distinct, perBody, folder });
    const { url, headers, close } = await serve(insights, state, folder);
    const door = { url: `${url}/api/v1/ingest/infisical?source=bench`, headers: headers.program };
    const { result: seconds, memoryAdded } = await measured(() =>
      client.run('deliver', { ...door, files }),
    );
    await close();
    const some = files.slice(0, 10 * inFlight);
    const someEvents = Math.min(distinct, some.length * perBody);
    const enginePerSecond = someEvents / (await engineAlone(insights, some));
    files.forEach((file) => rmSync(file));
    const perSecond = (2 * distinct) / seconds;
    const stored = await countEvents(insights);
    const requests = await countRequests(insights, workload);
    return {
      events: 2 * distinct,
      per_body: perBody,
      events_per_second: Math.round(perSecond),
      engine_events_per_second: Math.round(enginePerSecond),
      share_of_engine: Math.round((perSecond / enginePerSecond) * 100) / 100,
      memory_added_mb: megabytes(memoryAdded),
      distinct: stored,
      requests,
      each_counted_once: stored === distinct && requests === distinct ? 'yes' : 'NO',
    };
  });
}

async function countEvents({ store }: Insights): Promise<number> {
  const [row] = await store.rows(
    sql`SELECT uniqExact(id) AS events FROM ${store.table('infisical_events')}`,
    { surface: 'state' },
  );
  return Number(row?.events);
}

/** As everybody who asks is told. */
async function countRequests(insights: Insights, { until }: Workload): Promise<number> {
  const range = { from: until - 86_400_000, to: until };
  const { rows } = await runInsight(
    insights,
    { query: { insight: 'access-totals' }, range },
    { capabilities: new Set(capabilities), projects: null },
  );
  return Number(rows[0]?.requests);
}

/** Seconds for files that the engine reads into a table like ours, as many at a time, with nothing around it. */
async function engineAlone({ store }: Insights, files: readonly string[]): Promise<number> {
  const table = 'bench_engine_alone';
  const asker = { surface: 'ingest' as const };
  await store.execute(
    sql`CREATE TABLE ${store.table(table)} AS ${store.table('infisical_events')}`,
    asker,
  );
  const bodies = files.values();
  const lane = async (): Promise<void> => {
    for (const file of bodies) {
      await store.loadJson(table, tableColumns, file, {
        ...asker,
        settings: { date_time_input_format: 'best_effort' },
      });
    }
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: inFlight }, lane));
  const seconds = (performance.now() - started) / 1000;
  await store.execute(sql`DROP TABLE ${store.table(table)}`, asker);
  return seconds;
}
