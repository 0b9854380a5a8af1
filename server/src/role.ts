import type { RequestListener } from 'node:http';
import type { Logger } from './api/log';
import { Metrics } from './api/metrics';
import type { InsightsOptions } from './compose';
import type { Config } from './config/config';
import type { Insights } from './insights/insights';
import { Lease } from './store/lease';
import type { Store } from './store/store';

export interface Parts {
  config: Config;
  log: Logger;
  metrics: Metrics;
  store: Store;
  lease: Lease;
}

/** What a server does while it writes to the database, or while it stands beside the one that does. */
export interface Role {
  leads: boolean;
  answer: RequestListener;
  insights: Insights;
  begin: () => Promise<void>;
  stop: () => Promise<void>;
}

export const insightsOptionsOf = ({ config, store }: Parts): Omit<InsightsOptions, 'state'> => ({
  store,
  auditLogTables: config.sources.infisical.flatMap(({ name, audit_logs: table }) =>
    typeof table === 'object' ? [{ source: name, ...table }] : [],
  ),
  collectorIdentities: [
    ...config.collectorIdentities,
    ...config.sources.akeyless.flatMap(({ access_id: id }) => id ?? []),
  ],
  systemActions: config.usage.systemActions,
  usageLimits: config.usage.limits,
  rows: config.limits.rows,
  links: Object.fromEntries(config.sources.infisical.map(({ name, links = {} }) => [name, links])),
  readShare: config.limits.readSharePercent / 100,
});
