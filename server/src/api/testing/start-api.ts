import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CalendarFeeds } from '../../calendar/feeds';
import { openInsights } from '../../compose';
import { loadConfig } from '../../config/config';
import type { Config } from '../../config/config';
import type { Capability } from '../../contract';
import type { Insights } from '../../insights/insights';
import { openReports } from '../../reports/open-reports';
import type { Reports } from '../../reports/reports';
import { EmbeddedEngine } from '../../store/embedded-engine';
import { migrate } from '../../store/migrate';
import { StateLog } from '../../store/state-log';
import { Store } from '../../store/store';
import { registerFixedTokens } from '../../tokens/fixed-tokens';
import { Tokens } from '../../tokens/tokens';
import { createApp } from '../app';
import { createLogger } from '../log';
import { Metrics } from '../metrics';
import { limitWaiting } from '../server-timeouts';

export const adminToken = 'admin-token-of-the-tests-only';
export const grafanaToken = 'grafana-token-of-the-tests-only';
/** A Sunday, mid-morning in UTC. */
export const now = Date.parse('2026-03-15T10:30:00Z');

export interface Api {
  url: string;
  config: Config;
  insights: Insights;
  store: Store;
  tokens: Tokens;
  reports: Reports;
  /** Every line that was logged. */
  logged: string[];
  /** Moves the server's clock. */
  setClock: (time: number) => void;
  call: (path: string, options?: CallOptions) => Promise<Response>;
  /** The body as JSON. */
  ask: <T = Record<string, unknown>>(path: string, options?: CallOptions) => Promise<T>;
  tokenWith: (capabilities: Capability[], projects?: string[]) => Promise<string>;
  close: () => Promise<void>;
}

export interface CallOptions {
  method?: string;
  /** Null sends none; the admin token when left out. */
  token?: string | null;
  headers?: Record<string, string>;
  /** Sent as it is; a value that is neither text nor bytes is sent as JSON. */
  body?: unknown;
}

/** The whole server on a port of its own and a real engine, in a folder that `close` removes. */
export async function startApi(env: Record<string, string> = {}): Promise<Api> {
  const folder = mkdtempSync(join(tmpdir(), 'secret-insights-api-'));
  const config = loadConfig(
    {
      SECRET_INSIGHTS_DATA: folder,
      SECRET_INSIGHTS_ADMIN_TOKEN: adminToken,
      SECRET_INSIGHTS_GRAFANA_TOKEN: grafanaToken,
      SECRET_INSIGHTS_LIMIT_RAW_RETENTION_DAYS: '1200',
      ...env,
    },
    folder,
  );
  const metrics = new Metrics();
  const engine = await EmbeddedEngine.open(config.paths.store, config.limits.connections);
  const store = new Store(
    engine,
    config.clickhouse.database,
    { seconds: config.limits.querySeconds, memoryBytes: config.limits.queryMemoryBytes },
    metrics.statements,
  );
  metrics.watch(store);
  await migrate(store);
  let time = now;
  const clock = (): number => time;
  const state = await StateLog.replay(store);
  const tokens = new Tokens(state, clock);
  registerFixedTokens(tokens, config);
  const insights = await openInsights({
    store,
    state,
    auditLogTables: [],
    collectorIdentities: [],
    rows: config.limits.rows,
    now: clock,
  });
  const logged: string[] = [];
  const log = createLogger('trace', { write: (line) => void logged.push(line) });
  const reports = await openReports({
    config,
    insights,
    state,
    version: '0.1.0',
    log,
    retryAfterMs: [50, 100],
  });
  const app = createApp({
    config,
    insights,
    store,
    tokens,
    reports,
    feeds: new CalendarFeeds(state),
    version: '0.1.0',
    metrics,
    log,
    now: clock,
  });
  const server = createServer(app);
  limitWaiting(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const call: Api['call'] = (path, { method, token = adminToken, headers = {}, body } = {}) => {
    const isRaw = typeof body === 'string' || body instanceof Uint8Array;
    return fetch(url + path, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        ...(token !== null && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: isRaw ? body : JSON.stringify(body) }),
    });
  };
  return {
    url,
    config,
    insights,
    store,
    tokens,
    reports,
    logged,
    setClock: (to) => {
      time = to;
    },
    call,
    ask: async <T>(path: string, options?: CallOptions) =>
      (await (await call(path, options)).json()) as T,
    tokenWith: async (capabilities, projects) =>
      (
        await tokens.create({
          name: 'test',
          capabilities,
          projects: projects ?? null,
          expiresAt: null,
        })
      ).secret,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await reports.stop();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
