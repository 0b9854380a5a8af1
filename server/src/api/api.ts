import type { Config } from '../config/config';
import type { Insights } from '../insights/insights';
import type { Reports } from '../reports/reports';
import type { Store } from '../store/store';
import type { Tokens } from '../tokens/tokens';
import type { Logger } from './log';
import type { Metrics } from './metrics';

/** What the API answers from; put together once, at the composition root. */
export interface ApiDeps {
  config: Pick<Config, 'limits' | 'grafanaRoles' | 'paths'>;
  insights: Insights;
  store: Store;
  tokens: Tokens;
  reports: Reports;
  version: string;
  metrics: Metrics;
  log: Logger;
  /** Epoch milliseconds. */
  now: () => number;
}
