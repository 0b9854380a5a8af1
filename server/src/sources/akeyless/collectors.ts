import type { AkeylessSource } from '../../config/akeyless-source';
import type { Poll } from '../../store/inventory/polls';
import type { Store } from '../../store/store';
import { thinSnapshots } from '../../store/usage/thin';
import type { UsageRetention } from '../../store/usage/thin';
import type { Patience } from '../http/retry';
import { Attempts } from '../polling/attempts';
import { every } from '../polling/every';
import { AkeylessClient } from './client';
import { AkeylessCollector } from './collector';

export interface AkeylessCollectorsOptions {
  sources: readonly AkeylessSource[];
  store: Store;
  retention: UsageRetention;
  now: () => number;
  /** Told of every attempt; with the error where it is none that the sentence says all about. */
  onAttempt: (poll: Poll, unexpected?: unknown) => void;
  onError: (error: unknown) => void;
  /** For tests, which have no minute to wait. */
  patience?: Patience;
}

const minute = 60_000;
const thinEveryMs = 24 * 60 * minute;

/** Asks every configured account of Akeyless, and keeps the history of usage as short as it has to be. */
export class AkeylessCollectors {
  readonly #options: AkeylessCollectorsOptions;
  readonly #stop = new AbortController();
  readonly #collectors: readonly (readonly [AkeylessSource, AkeylessCollector])[];
  #running: Promise<unknown> = Promise.resolve();

  /** Asks nobody yet. */
  constructor(options: AkeylessCollectorsOptions) {
    this.#options = options;
    this.#collectors = options.sources.map((source) => [source, this.#collectorOf(source)]);
  }

  start(): void {
    const { store, retention, now, onError } = this.#options;
    const { signal } = this.#stop;
    this.#running = Promise.all([
      ...this.#collectors.map(([source, collector]) =>
        every(source.poll_minutes * minute, () => collector.poll(), signal, onError),
      ),
      every(
        thinEveryMs,
        async () => void (await thinSnapshots(store, retention, now())),
        signal,
        onError,
      ),
    ]);
  }

  /** Every account once, one after another. */
  async poll(): Promise<void> {
    for (const [, collector] of this.#collectors) await collector.poll();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  #collectorOf(source: AkeylessSource): AkeylessCollector {
    const { store, now, onAttempt, patience } = this.#options;
    const { signal } = this.#stop;
    return new AkeylessCollector({
      store,
      source: source.name,
      now,
      attempts: new Attempts({ store, source: source.name, now, signal, onAttempt }),
      client: new AkeylessClient({
        url: source.url,
        accessId: source.access_id ?? '',
        accessKey: source.access_key ?? null,
        token: source.token ?? null,
        signal,
        now,
        ...(patience && { patience }),
      }),
    });
  }
}
