import type { InventoryItem } from '../../store/inventory/item';
import { settleInventory } from '../../store/inventory/settle';
import { writeInventory } from '../../store/inventory/write';
import type { Written } from '../../store/inventory/write';
import type { Store } from '../../store/store';
import { keepSnapshot } from '../../store/usage/keep';
import type { Attempts } from '../polling/attempts';
import type { AkeylessClient } from './client';
import { authMethodItem, inventoryItems, itemKinds } from './inventory';
import { analytics, authMethods, items } from './questions';
import { accountIn, snapshotOf } from './snapshot';
import type { Members } from './text-line';
import { textIn } from './values';

export interface AkeylessCollectorOptions {
  store: Store;
  client: AkeylessClient;
  attempts: Attempts;
  /** Name of the connection. */
  source: string;
  now: () => number;
}

/** Asks one account of Akeyless for its usage and its inventory. */
export class AkeylessCollector {
  readonly #options: AkeylessCollectorOptions;
  /** As its answers name it; the connection's name until one did. */
  #account: string;

  constructor(options: AkeylessCollectorOptions) {
    this.#options = options;
    this.#account = options.source;
  }

  /** Once; each attempt is noted, also one that failed. @throws the signal's reason once we are asked to stop. */
  async poll(): Promise<void> {
    const { attempts, store } = this.#options;
    await attempts.record('usage', '', () => this.#pollUsage());
    await attempts.record('inventory', '', () => this.#pollInventory());
    await settleInventory(store);
  }

  async #pollUsage(): Promise<Written> {
    const { store, client, source, now } = this.#options;
    const answer = await analytics(client);
    this.#account = accountIn(answer) || this.#account;
    const snapshot = snapshotOf(answer, { source, account: this.#account, seenAt: now() });
    const kept = await keepSnapshot(store, snapshot);
    return { items: 1, changed: kept === 'unchanged' ? 0 : 1, gone: 0 };
  }

  async #pollInventory(): Promise<Written> {
    const { client } = this.#options;
    // First: they name the account, also where usage reports are not allowed.
    const methods: InventoryItem[] = [];
    for await (const method of authMethods(client)) {
      if (this.#account === this.#options.source) {
        this.#account = textIn(method.account_id) || this.#account;
      }
      methods.push(...authMethodItem(method));
    }
    const ofMethods = await this.#write(['auth-method'], methods);
    const ofItems = await this.#write(itemKinds, each(items(client), inventoryItems));
    return {
      items: ofMethods.items + ofItems.items,
      changed: ofMethods.changed + ofItems.changed,
      gone: ofMethods.gone + ofItems.gone,
    };
  }

  #write(
    kinds: readonly string[],
    found: Iterable<InventoryItem> | AsyncIterable<InventoryItem>,
  ): Promise<Written> {
    const { store, source, now } = this.#options;
    return writeInventory(
      store,
      { source, vendor: 'akeyless', orgId: this.#account, projectId: '', kinds, seenAt: now() },
      found,
    );
  }
}

async function* each(
  answers: AsyncIterable<Members>,
  itemsOf: (answer: Members) => InventoryItem[],
): AsyncGenerator<InventoryItem> {
  for await (const answer of answers) yield* itemsOf(answer);
}
