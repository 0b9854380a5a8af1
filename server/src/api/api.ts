import type { CalendarFeeds } from '../calendar/feeds';
import type { Config } from '../config/config';
import type { Insights } from '../insights/insights';
import type { Reports } from '../reports/reports';
import type { Store } from '../store/store';
import type { Tokens } from '../tokens/tokens';
import type { Logger } from './log';
import type { Metrics } from './metrics';

/** What the API answers from; put together once, at the composition root. */
export interface ApiDeps {
  config: Pick<Config, 'limits' | 'grafanaRoles' | 'paths' | 'publicUrl'>;
  insights: Insights;
  store: Store;
  tokens: Tokens;
  reports: Reports;
  feeds: CalendarFeeds;
  version: string;
  metrics: Metrics;
  log: Logger;
  /** Epoch milliseconds. */
  now: () => number;
}

/** What answers questions and changes nothing. */
export type ReadingDeps = Omit<ApiDeps, 'reports' | 'feeds' | 'tokens'> & {
  tokens: Pick<Tokens, 'verify'>;
};
