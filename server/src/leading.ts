import type { ServerResponse } from 'node:http';
import { createApp } from './api/app';
import { clearSpool } from './api/spool';
import { CalendarFeeds } from './calendar/feeds';
import { openInsights } from './compose';
import { openReports } from './reports/open-reports';
import { AkeylessCollectors } from './sources/akeyless/collectors';
import { Collectors } from './sources/infisical/collector/collectors';
import { dropLeftovers } from './sources/ingest/staging-tables';
import { SelfAudit } from './audit/self-audit';
import { Retention } from './retention/retention';
import type { Poll } from './store/inventory/polls';
import { Closer } from './store/rollups/closer';
import { StateLog } from './store/state-log';
import { registerFixedTokens } from './tokens/fixed-tokens';
import { Tokens } from './tokens/tokens';
import { version } from './version';
import { insightsOptionsOf } from './role';
import type { Parts, Role } from './role';

const closeEveryMs = 15_000;
const lookEveryMs = 60_000;
const expireEveryMs = 86_400_000;

/** The server that writes: doors, closing, reports, schedules, collectors and everything that is asked. */
export async function openLeading(parts: Parts): Promise<Role> {
  const { config, log, metrics, store, lease } = parts;
  await dropLeftovers(store);
  await clearSpool(config.paths.spool);
  const state = await StateLog.replay(store, lease);
  await state.begin();
  const insights = await openInsights({ ...insightsOptionsOf(parts), state });
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
    pollDays: config.retention.pollDays,
    now: insights.now,
    onMonth: (month) =>
      log.info(
        month,
        month.isDropped
          ? 'a month of expired events was dropped; its counts stay'
          : 'a month of expired events waits until its days are counted',
      ),
    onPolls: (dropped) =>
      log.info({ dropped }, 'old attempts to ask the sources were dropped; first and newest stay'),
    onError: (error) => log.error({ err: error }, 'what is too old could not be dropped'),
  });
  const onAttempt = (poll: Poll, unexpected?: unknown): void => {
    metrics.countPoll(poll);
    const { source, kind, projectId: project, error, items, changed, gone } = poll;
    if (error === null)
      log.debug({ source, kind, project, items, changed, gone }, 'asked a source');
    else log.warn({ source, kind, project, err: unexpected }, error);
  };
  const onError = (error: unknown): void =>
    log.error({ err: error }, 'a source could not be asked');
  const collectors = await Collectors.open({
    sources: config.sources.infisical,
    insights,
    state,
    spool: config.paths.spool,
    retentionDays: config.limits.rawRetentionDays,
    onAttempt,
    onError,
  });
  const akeyless = new AkeylessCollectors({
    sources: config.sources.akeyless,
    store,
    retention: config.usage,
    now: insights.now,
    onAttempt,
    onError,
  });
  const app = createApp({
    config,
    insights,
    store,
    tokens,
    reports,
    feeds: new CalendarFeeds(state),
    version,
    metrics,
    log,
    now: insights.now,
  });
  return {
    leads: true,
    // Between losing the lease and noticing what another server wrote, its figures could be old.
    answer: (request, response) => {
      if (lease.isHeld) app(request, response);
      else refuseForNow(response);
    },
    insights,
    begin: async () => {
      // A server that led before may still be writing what it was asked to.
      closer.start(closeEveryMs, lease.term > 0 ? (config.limits.querySeconds + 5) * 1000 : 0);
      retention.start(expireEveryMs);
      await reports.start();
      collectors.start();
      akeyless.start();
      for (const table of insights.watched) {
        table.start(lookEveryMs, (error) =>
          log.error({ err: error }, 'a table could not be watched'),
        );
      }
    },
    stop: async () => {
      await Promise.all([
        closer.stop(),
        reports.stop(),
        retention.stop(),
        collectors.stop(),
        akeyless.stop(),
      ]);
      for (const table of insights.watched) await table.stop();
    },
  };
}

function refuseForNow(response: ServerResponse): void {
  const problem = {
    type: 'about:blank',
    title: 'Service Unavailable',
    status: 503,
    detail: 'This server has lost touch with its database, or another one takes over. Try again.',
  };
  response.writeHead(503, { 'Content-Type': 'application/problem+json', 'Retry-After': '5' });
  response.end(JSON.stringify(problem));
}
