import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createApp } from './api/app';
import { createLogger } from './api/log';
import { Metrics } from './api/metrics';
import { limitWaiting } from './api/server-timeouts';
import { clearSpool } from './api/spool';
import { stopServing } from './api/stop-serving';
import { openInsights, openStore } from './compose';
import type { Config } from './config/config';
import type { Insights } from './insights/insights';
import { openReports } from './reports/open-reports';
import { dropLeftovers } from './sources/infisical/ingest';
import { SelfAudit } from './audit/self-audit';
import { Retention } from './retention/retention';
import { Lease } from './store/lease';
import { Closer } from './store/rollups/closer';
import { StateLog } from './store/state-log';
import { registerFixedTokens } from './tokens/fixed-tokens';
import { Tokens } from './tokens/tokens';
import { version } from './version';

export interface Running {
  /** Where the API answers, without a slash at the end. */
  url: string;
  insights: Insights;
  /** Lets requests under way finish, for some seconds, then closes the store. */
  stop: () => Promise<void>;
}

const closeEveryMs = 15_000;
const lookEveryMs = 60_000;
const expireEveryMs = 86_400_000;
/** Container runtimes kill what has not ended ten seconds after it was asked to. */
const stopWithinMs = 8_000;

/**
 * Starts the server: config → store → sources → insights → readers.
 * @throws Failure with a sentence where a setting, the store or the port does not allow it.
 */
export async function start(config: Config): Promise<Running> {
  const log = createLogger(config.logLevel);
  const metrics = new Metrics();
  const store = await openStore(config, metrics.statements);
  let lease: Lease | undefined;
  try {
    lease = await Lease.take(store, (error) =>
      log.error({ err: error }, 'the lease of the database could not be renewed'),
    );
    const held = lease;
    await dropLeftovers(store);
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
      readShare: config.limits.readSharePercent / 100,
    });
    const tokens = new Tokens(state);
    registerFixedTokens(tokens, config);
    const reports = await openReports({ config, insights, state, version, log });
    const closer = new Closer({
      store,
      events: insights.events,
      closed: insights.closed,
      watched: insights.watched,
      paced: insights.paced,
      now: insights.now,
      onError: (error) => log.error({ err: error }, 'a span of time could not be closed'),
    });
    const retention = new Retention({
      store,
      closed: insights.closed,
      audit: new SelfAudit(store, insights.now),
      days: config.limits.rawRetentionDays,
      projectDays: config.retention.projects,
      now: insights.now,
      onMonth: (month) =>
        log.info(
          month,
          month.isDropped
            ? 'a month of expired events was dropped; its counts stay'
            : 'a month of expired events waits until its days are counted',
        ),
      onError: (error) => log.error({ err: error }, 'expired events could not be dropped'),
    });
    const app = createApp({
      config,
      insights,
      store,
      tokens,
      reports,
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
    retention.start(expireEveryMs);
    await reports.start();
    for (const table of insights.watched) {
      table.start(lookEveryMs, (error) =>
        log.error({ err: error }, 'a table could not be watched'),
      );
    }
    return {
      url: addressOf(server.address() as AddressInfo),
      insights,
      stop: async () => {
        const stopWork = async (): Promise<void> => {
          await Promise.all([closer.stop(), reports.stop(), retention.stop()]);
          for (const table of insights.watched) await table.stop();
        };
        await Promise.all([
          stopServing(server, stopWithinMs),
          // What breaks off is counted, or told to be unknown, after the next start.
          Promise.race([stopWork(), sleep(stopWithinMs, undefined, { ref: false })]),
        ]);
        await held.release();
        await store.close();
      },
    };
  } catch (error) {
    await lease?.release();
    await store.close();
    throw error;
  }
}

const addressOf = ({ address, family, port }: AddressInfo): string =>
  `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
