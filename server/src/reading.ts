import { createReadingApp } from './api/app';
import { passOnTo } from './api/pass-on';
import { openInsights } from './compose';
import { insightsOptionsOf } from './role';
import type { Parts, Role } from './role';
import { dataState } from './store/data-state';
import { FreshLook } from './store/fresh-look';
import { StateLog } from './store/state-log';
import { registerFixedTokens } from './tokens/fixed-tokens';
import { Tokens } from './tokens/tokens';
import { version } from './version';

/**
 * A server beside the one that writes. Before each answer one small statement asks the store for its
 * state; where that moved, what the writer added is taken in first. So an answer here knows all that
 * was acknowledged before it was asked for, and a kept one is given only while nothing was written.
 */
export async function openReading(parts: Parts): Promise<Role> {
  const { config, store, lease, metrics, log } = parts;
  const insightsOptions = insightsOptionsOf(parts);
  const state = await StateLog.replay(store);
  const insights = await openInsights({ ...insightsOptions, state, isReader: true });
  const tokensNow = (): Tokens => {
    const tokens = new Tokens(state);
    registerFixedTokens(tokens, config);
    return tokens;
  };
  let tokens = tokensNow();
  let known = '';
  const looks = new FreshLook(async () => {
    const seen = await dataState(store, insightsOptions.auditLogTables);
    if (seen.sequence > state.sequence) {
      await state.catchUp();
      insights.closed.reload();
      tokens = tokensNow();
    }
    if (seen.state !== known) await insights.projects.refresh();
    known = seen.state;
    store.changedTo(seen.state);
  });
  const app = createReadingApp(
    {
      config,
      insights,
      store,
      tokens: { verify: (secret) => tokens.verify(secret) },
      version,
      metrics,
      log,
      now: insights.now,
    },
    { catchUp: looks.take, passOn: passOnTo(() => lease.leader?.url || null) },
  );
  return {
    leads: false,
    answer: app,
    insights,
    begin: () => Promise.resolve(),
    stop: () => Promise.resolve(),
  };
}
