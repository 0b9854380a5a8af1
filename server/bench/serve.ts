import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createApp } from '../src/api/app';
import { createLogger } from '../src/api/log';
import { Metrics } from '../src/api/metrics';
import { CalendarFeeds } from '../src/calendar/feeds';
import { loadConfig } from '../src/config/config';
import { capabilities } from '../src/contract';
import type { Insights } from '../src/insights/insights';
import { openReports } from '../src/reports/open-reports';
import { isOver } from '../src/reports/run';
import type { StateLog } from '../src/store/state-log';
import { newToken } from '../src/tokens/secret';
import { Tokens } from '../src/tokens/tokens';
import { version } from '../src/version';

type Headers = Record<string, string>;

export interface Serving {
  /** Without a slash at the end. */
  url: string;
  /** What a caller sends along: a program, Grafana for somebody in front of it, Grafana for an alert rule. */
  headers: { program: Headers; viewer: Headers; alert: Headers };
  close: () => Promise<void>;
}

/** Rows a report may have at most here. */
export const mostReportRows = 5_000_000;

/** The server's own app on the loopback, with a data folder that is gone once it is closed. */
export async function serve(insights: Insights, state: StateLog, folder: string): Promise<Serving> {
  const data = mkdtempSync(join(folder, 'serving-'));
  const config = loadConfig(
    { SECRET_INSIGHTS_DATA: data, SECRET_INSIGHTS_REPORT_ROWS: String(mostReportRows) },
    data,
  );
  const log = createLogger('silent');
  const tokens = new Tokens(state);
  const [program, grafana] = [newToken(), newToken()];
  // Registered, so that a store that is kept does not gather tokens.
  tokens.register(
    'bench',
    program,
    capabilities.filter((each) => each !== 'speaks-for-grafana'),
  );
  tokens.register('bench-grafana', grafana, ['speaks-for-grafana', 'insights', 'audit', 'usage']);
  const reports = await openReports({ config, insights, state, version, log });
  // One that an earlier process was ended in: a project has one report at a time.
  await reports.start();
  const everyone = {
    name: 'bench',
    email: null,
    capabilities: new Set(capabilities),
    projects: null,
  };
  while (reports.list(everyone).some((run) => !isOver(run))) await pause(100);
  const app = createApp({
    config,
    insights,
    store: insights.store,
    tokens,
    feeds: new CalendarFeeds(state),
    reports,
    version,
    metrics: new Metrics(),
    log,
    now: insights.now,
  });
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const json = { 'content-type': 'application/json' };
  const throughGrafana = { ...json, authorization: `Bearer ${grafana}` };
  return {
    url: `http://127.0.0.1:${port}`,
    headers: {
      program: { ...json, authorization: `Bearer ${program}` },
      viewer: {
        ...throughGrafana,
        'x-secret-insights-user': 'ann',
        'x-secret-insights-role': 'Editor',
      },
      alert: { ...throughGrafana, 'x-secret-insights-surface': 'alert' },
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      await reports.stop();
      rmSync(data, { recursive: true, force: true });
    },
  };
}
