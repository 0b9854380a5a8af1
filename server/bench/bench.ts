import type { Insights } from '../src/insights/insights';
import type { StateLog } from '../src/store/state-log';
import type { EngineTime } from './engine-time';
import type { Workload } from './events';

/** What every measure works on. */
export interface Bench {
  insights: Insights;
  state: StateLog;
  workload: Workload;
  engineTime: EngineTime;
  /** For files, which are gone afterwards. */
  folder: string;
}
