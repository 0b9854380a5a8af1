import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createApp } from '../src/api/app';
import { createLogger } from '../src/api/log';
import { Metrics } from '../src/api/metrics';
import { CalendarFeeds } from '../src/calendar/feeds';
import { loadConfig } from '../src/config/config';
import type { Insights } from '../src/insights/insights';
import { openReports } from '../src/reports/open-reports';
import { tableColumns } from '../src/sources/infisical/event-table';
import { bind, sql } from '../src/store/sql';
import { StateLog } from '../src/store/state-log';
import { Tokens } from '../src/tokens/tokens';
import { version } from '../src/version';
import { madeUpEvents, organisation } from './events';
import type { Workload } from './events';
import { measured } from './memory';
import { median, progress } from './report';

export interface IngestFigures {
  events: number;
  events_per_second: number;
  /** What the engine takes when the same bodies are handed to it as files, into the same columns. */
  engine_events_per_second: number;
  share_of_engine: number;
  memory_added_mb: number;
}

const perBody = 5_000;
const inFlight = 4;

/** Sends bodies of 5,000 events to the door over loopback, four at a time. */
export async function measureIngest(
  insights: Insights,
  workload: Workload,
  events: number,
  folder: string,
): Promise<IngestFigures> {
  const bodies = await prepareBodies(insights, workload, events, folder);
  const { url, token, close } = await serveDoor(insights, folder);
  let next = 0;
  let sent = 0;
  const lane = async (): Promise<void> => {
    for (let file = bodies[next++]; file !== undefined; file = bodies[next++]) {
      const response = await fetch(`${url}/api/v1/ingest/infisical?source=bench`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: await readFile(file),
      });
      if (!response.ok)
        throw new Error(`the door answered ${response.status}: ${await response.text()}`);
      await response.arrayBuffer();
      sent += perBody;
      progress('events through HTTP', Math.min(sent, events), events);
    }
  };
  const { seconds, memoryAdded } = await measured(() =>
    Promise.all(Array.from({ length: inFlight }, lane)),
  );
  await close();
  const engineSeconds = await engineAlone(insights, bodies.slice(0, 20));
  bodies.forEach((file) => rmSync(file));
  const perSecond = events / seconds;
  const enginePerSecond = perBody / engineSeconds;
  return {
    events,
    events_per_second: Math.round(perSecond),
    engine_events_per_second: Math.round(enginePerSecond),
    share_of_engine: Math.round((perSecond / enginePerSecond) * 100) / 100,
    memory_added_mb: Math.round(memoryAdded / 1e6),
  };
}

/**
 * Events of one day in the order of their time, as a stream delivers them. Written before the clock
 * starts, so that making them up is not measured.
 */
async function prepareBodies(
  { store }: Insights,
  workload: Workload,
  events: number,
  folder: string,
): Promise<string[]> {
  const files: string[] = [];
  for (let start = 0; start < events; start += perBody) {
    const numbers = sql`numbers(toUInt64(${bind.integer(start)}), toUInt64(${bind.integer(Math.min(perBody, events - start))}))`;
    const rows = await store.rows(
      sql`SELECT toString(id) AS id, kind AS actor, actor_metadata, ip AS ipAddress, type AS eventType, event_metadata, agent AS userAgent, client AS userAgentType, created AS createdAt, project_id AS projectId
          FROM (${madeUpEvents({ ...workload, days: 1 }, numbers)}) ORDER BY createdAt`,
      { surface: 'ingest' },
    );
    const body = rows.map(
      ({ actor_metadata: actorMetadata, event_metadata: eventMetadata, ...event }) => ({
        ...event,
        orgId: organisation,
        actorMetadata: JSON.parse(String(actorMetadata)) as unknown,
        eventMetadata: JSON.parse(String(eventMetadata)) as unknown,
      }),
    );
    const file = join(folder, `body-${files.length}.json`);
    writeFileSync(file, JSON.stringify(body));
    files.push(file);
  }
  return files;
}

async function serveDoor(
  insights: Insights,
  folder: string,
): Promise<{ url: string; token: string; close: () => Promise<void> }> {
  const config = loadConfig(
    { SECRET_INSIGHTS_DATA: folder, SECRET_INSIGHTS_LOG_LEVEL: 'silent' },
    folder,
  );
  const state = await StateLog.replay(insights.store);
  const tokens = new Tokens(state);
  const { secret } = await tokens.create({
    name: 'bench',
    capabilities: ['ingest'],
    projects: null,
    expiresAt: null,
  });
  const app = createApp({
    config,
    insights,
    store: insights.store,
    tokens,
    feeds: new CalendarFeeds(state),
    reports: await openReports({
      config,
      insights,
      state,
      version,
      log: createLogger('silent'),
    }),
    version,
    metrics: new Metrics(),
    log: createLogger('silent'),
    now: insights.now,
  });
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    token: secret,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Seconds for one body that the engine reads from a file into a table like ours, with nothing around it. */
async function engineAlone({ store }: Insights, bodies: readonly string[]): Promise<number> {
  const table = 'bench_engine_alone';
  const asker = { surface: 'ingest' as const };
  await store.execute(
    sql`CREATE TABLE ${store.table(table)} AS ${store.table('infisical_events')}`,
    asker,
  );
  const times: number[] = [];
  for (const file of bodies) {
    const started = performance.now();
    await store.loadJson(table, tableColumns, file, {
      ...asker,
      settings: { date_time_input_format: 'best_effort' },
    });
    times.push((performance.now() - started) / 1000);
  }
  await store.execute(sql`DROP TABLE ${store.table(table)}`, asker);
  return median(times);
}
