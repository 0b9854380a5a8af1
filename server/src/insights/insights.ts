import type { Vendor } from '../store/vendor';
import type { Events } from '../store/relations/events';
import type { LinkTemplates } from './links';
import type { ProjectDirectory } from '../store/projects';
import type { ClosedTime } from '../store/rollups/closed-time';
import type { Store } from '../store/store';

export interface InsightSettings {
  /** Rows an answer may have at most. */
  rows: number;
  /** Ids of identities whose reads are never counted: the collectors' own. */
  collectorIdentities: readonly string[];
  /** Templates of addresses in the vendors' own interfaces, by source. */
  links: Readonly<Record<string, LinkTemplates>>;
  /** What usage is compared with, by name. */
  usageLimits: Readonly<Record<string, number>>;
}

/** What every insight is answered from; put together once, at the composition root. */
export interface Insights {
  store: Store;
  vendor: Vendor;
  events: Events;
  closed: ClosedTime;
  projects: ProjectDirectory;
  settings: InsightSettings;
  /** Names of time zones, spelled as the engine and this process both know them. */
  zones: ReadonlySet<string>;
  /** Epoch milliseconds; a clock of its own in tests. */
  now: () => number;
  /** Up to where the range is answered from closed time; null where nothing of it is closed. */
  closedUntil: (range: { from: number; to: number }) => number | null;
}
