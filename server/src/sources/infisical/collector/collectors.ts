import { isPolled } from '../../../config/infisical-source';
import type { InfisicalSource, PolledSource } from '../../../config/infisical-source';
import type { Insights } from '../../../insights/insights';
import { dropOutdated } from '../../../store/inventory/collected';
import type { Poll } from '../../../store/inventory/polls';
import type { StateLog } from '../../../store/state-log';
import { InfisicalClient } from '../api/client';
import type { ClientOptions } from '../api/client';
import { Attempts } from '../../polling/attempts';
import { AuditLogPoll } from './audit-log-poll';
import { fingerprintOf } from './digests';
import { every } from '../../polling/every';
import { rememberIdentity } from './identities';
import { InventoryPoll } from './inventory-poll';
import { compileRule } from './rules';

export interface CollectorsOptions {
  sources: readonly InfisicalSource[];
  insights: Pick<Insights, 'store' | 'closed' | 'projects' | 'now'>;
  state: StateLog;
  /** Folder for pages on their way into the store. */
  spool: string;
  retentionDays: number;
  /** Told of every attempt; with the error where it is none that the sentence says all about. */
  onAttempt: (poll: Poll, unexpected?: unknown) => void;
  onError: (error: unknown) => void;
  /** For tests, which have no minute to wait. */
  patience?: ClientOptions['patience'];
}

interface Collector {
  source: PolledSource;
  inventory: InventoryPoll;
  /** Null where events come by another door. */
  auditLogs: AuditLogPoll | null;
}

/** Asks every configured Infisical for its inventory and, where told to, its audit logs. */
export class Collectors {
  readonly #options: CollectorsOptions;
  readonly #stop: AbortController;
  readonly #collectors: readonly Collector[];
  #running: Promise<unknown> = Promise.resolve();

  private constructor(
    options: CollectorsOptions,
    stop: AbortController,
    collectors: readonly Collector[],
  ) {
    this.#options = options;
    this.#stop = stop;
    this.#collectors = collectors;
  }

  /** Gets ready, and forgets what settings do not allow to be kept any more. Asks nobody yet. */
  static async open(options: CollectorsOptions): Promise<Collectors> {
    const { sources, insights } = options;
    const polled = sources.filter(isPolled);
    await dropOutdated(
      insights.store,
      {
        keyIds: Object.fromEntries(
          polled.flatMap(({ name, digest_key: key }) => (key ? [[name, fingerprintOf(key)]] : [])),
        ),
        ruled: polled.filter((source) => source.rules.length > 0).map(({ name }) => name),
      },
      insights.now(),
    );
    const stop = new AbortController();
    const collectors = polled.map((source) => collectorOf(source, stop.signal, options));
    return new Collectors(options, stop, collectors);
  }

  /** Begins to ask, each source at its own pace. */
  start(): void {
    const { onError } = this.#options;
    const { signal } = this.#stop;
    this.#running = Promise.all(
      this.#collectors.flatMap(({ source, inventory, auditLogs }) =>
        [inventory, ...(auditLogs ? [auditLogs] : [])].map((poll) =>
          every(source.poll_minutes * 60_000, () => poll.poll(), signal, onError),
        ),
      ),
    );
  }

  /** Everything once, one after another. */
  async pollAll(): Promise<void> {
    for (const { inventory, auditLogs } of this.#collectors) {
      await inventory.poll();
      await auditLogs?.poll();
    }
  }

  /** Breaks off requests under way; what is being written is written whole. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }
}

function collectorOf(
  source: PolledSource,
  signal: AbortSignal,
  { insights, state, spool, retentionDays, onAttempt, patience }: CollectorsOptions,
): Collector {
  const { store, closed, projects: directory, now } = insights;
  const client = new InfisicalClient({
    url: source.url,
    clientId: source.client_id,
    clientSecret: source.client_secret,
    requestsPerMinute: source.requests_per_minute,
    signal,
    onIdentity: (id) => rememberIdentity(state, id, source.name),
    ...(patience && { patience }),
  });
  const rules = source.rules.map(compileRule);
  const attempts = new Attempts({ store, source: source.name, now, signal, onAttempt });
  return {
    source,
    inventory: new InventoryPoll({ store, directory, client, attempts, source, rules, now }),
    auditLogs:
      source.audit_logs === 'api'
        ? new AuditLogPoll({
            doors: { store, closed },
            state,
            client,
            attempts,
            source: source.name,
            spool,
            retentionDays,
            onStored: () => directory.refresh(),
            now,
          })
        : null,
  };
}
