import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApp } from './api/app';
import { createLogger } from './api/log';
import { Metrics } from './api/metrics';
import { limitWaiting } from './api/server-timeouts';
import { clearSpool } from './api/spool';
import { openInsights } from './compose';
import type { Config } from './config/config';
import type { Insights } from './insights/insights';
import { EmbeddedEngine } from './store/embedded-engine';
import type { Engine } from './store/engine';
import { migrate } from './store/migrate';
import { Closer } from './store/rollups/closer';
import { ServerEngine } from './store/server-engine';
import { StateLog } from './store/state-log';
import { Store } from './store/store';
import { registerFixedTokens } from './tokens/fixed-tokens';
import { Tokens } from './tokens/tokens';
import { version } from './version';

export interface Running {
  /** Where the API answers, without a slash at the end. */
  url: string;
  insights: Insights;
  /** Lets requests under way finish, then closes the store. */
  stop: () => Promise<void>;
}

const closeEveryMs = 15_000;

/**
 * Starts the server: config → store → sources → insights → readers.
 * @throws Failure with a sentence where a setting, the store or the port does not allow it.
 */
export async function start(config: Config): Promise<Running> {
  const log = createLogger(config.logLevel);
  const metrics = new Metrics();
  const store = new Store(
    await openEngine(config),
    config.clickhouse.database,
    { seconds: config.limits.querySeconds, memoryBytes: config.limits.queryMemoryBytes },
    metrics.statements,
  );
  try {
    await migrate(store);
    await clearSpool(config.paths.spool);
    const state = await StateLog.replay(store);
    const insights = await openInsights({
      store,
      state,
      auditLogTables: config.sources.infisical.flatMap(({ name, audit_logs: table }) =>
        table === undefined ? [] : [{ source: name, ...table }],
      ),
      collectorIdentities: config.collectorIdentities,
      rows: config.limits.rows,
    });
    const tokens = new Tokens(state);
    registerFixedTokens(tokens, config);
    const closer = new Closer({
      store,
      events: insights.events,
      closed: insights.closed,
      now: insights.now,
      onError: (error) => log.error({ err: error }, 'a span of time could not be closed'),
    });
    const app = createApp({
      config,
      insights,
      store,
      tokens,
      version,
      metrics,
      log,
      now: insights.now,
    });
    const server = createServer(app);
    limitWaiting(server);
    server.listen(config.bind.port, config.bind.host);
    await once(server, 'listening');
    closer.start(closeEveryMs);
    return {
      url: addressOf(server.address() as AddressInfo),
      insights,
      stop: async () => {
        const closed = once(server, 'close');
        server.close();
        server.closeIdleConnections();
        await Promise.all([closed, closer.stop()]);
        await store.close();
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function openEngine({ clickhouse, limits, paths }: Config): Promise<Engine> {
  if (clickhouse.url === null) return EmbeddedEngine.open(paths.store, limits.connections);
  return new ServerEngine({
    url: clickhouse.url,
    username: clickhouse.user,
    password: clickhouse.password,
    connections: limits.connections,
    requestTimeoutMs: (limits.querySeconds + 5) * 1000,
  });
}

const addressOf = ({ address, family, port }: AddressInfo): string =>
  `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
