import { bind, sql } from './sql';
import type { Asker, Store } from './store';

const asker: Asker = { surface: 'state' };

export interface StateEntry {
  sequence: number;
  at: string;
  kind: string;
  key: string;
  /** Null where the entry says that the thing is gone. */
  body: unknown;
}

/**
 * The program's own state (tokens, later runs and schedules) as an append-only list with one writer.
 * A change is in the store before it takes effect, so a crash at any moment loses nothing that was
 * answered.
 */
export class StateLog {
  readonly #store: Store;
  readonly #latest = new Map<string, StateEntry>();
  #sequence = 0;
  /** Appends go one after another, so that sequence and order in the store agree. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(store: Store) {
    this.#store = store;
  }

  static async replay(store: Store): Promise<StateLog> {
    const log = new StateLog(store);
    const rows = await store.rows(
      sql`SELECT sequence, at, kind, key, body FROM ${store.table('state_log')} ORDER BY sequence`,
      asker,
    );
    for (const row of rows) {
      log.#apply({
        sequence: Number(row.sequence),
        at: String(row.at),
        kind: String(row.kind),
        key: String(row.key),
        body: JSON.parse(String(row.body)) as unknown,
      });
    }
    return log;
  }

  /** The newest entry of each key of a kind whose body is not null, oldest first. */
  list(kind: string): StateEntry[] {
    return [...this.#latest.values()]
      .filter((entry) => entry.kind === kind && entry.body !== null)
      .sort((a, b) => a.sequence - b.sequence);
  }

  async append(kind: string, key: string, body: unknown): Promise<void> {
    const appended = this.#last.then(() => this.#write(kind, key, body));
    this.#last = appended.catch(() => undefined);
    await appended;
  }

  async #write(kind: string, key: string, body: unknown): Promise<void> {
    const entry: StateEntry = {
      sequence: this.#sequence + 1,
      at: new Date().toISOString(),
      kind,
      key,
      body,
    };
    await this.#store.execute(
      sql`INSERT INTO ${this.#store.table('state_log')} (sequence, at, kind, key, body)
          VALUES (${bind.integer(entry.sequence)}, ${bind.instant(Date.parse(entry.at))}, ${bind.text(kind)}, ${bind.text(key)}, ${bind.text(JSON.stringify(body))})`,
      asker,
    );
    this.#apply(entry);
  }

  #apply(entry: StateEntry): void {
    this.#sequence = Math.max(this.#sequence, entry.sequence);
    this.#latest.set(`${entry.kind}\n${entry.key}`, entry);
  }
}
