import { bind, sql } from '../sql';
import type { Asker, Store } from '../store';
import type { ClosedTime } from './closed-time';
import { rollups } from './tables';

const asker: Asker = { surface: 'rollup', settings: { max_execution_time: 0, max_threads: 1 } };
/** Entries of the log that are worth rewriting it for. */
const worthRemoving = 1000;

/**
 * Removes rows of generations that neither span nor sum names: replaced ones, and what a crash or a discarded count
 * left behind. What is there decides and not a list kept on the side, so nothing is forgotten at a
 * restart. A generation goes at the second look, when every statement that was planned with it has ended.
 */
export class Sweeper {
  readonly #store: Store;
  readonly #closed: ClosedTime;
  readonly #everyMs: number;
  /** By the clock that nobody sets. */
  #lookedAt = -Infinity;
  #seen: ReadonlySet<number> = new Set();
  #isLogSwept = false;

  constructor(store: Store, closed: ClosedTime, everyMs: number) {
    this.#store = store;
    this.#closed = closed;
    this.#everyMs = everyMs;
  }

  /** To be called between two spans: the rows of one that is being counted have no span yet. */
  async sweep(): Promise<void> {
    if (performance.now() - this.#lookedAt < this.#everyMs) return;
    this.#lookedAt = performance.now();
    if (!this.#isLogSwept) await this.#sweepLog();
    this.#isLogSwept = true;
    const unnamed = new Set<number>();
    for (const { table } of rollups) {
      const current = bind.integers([...this.#closed.generations]);
      const rows = await this.#store.rows(
        sql`SELECT DISTINCT generation FROM ${this.#store.table(table)} WHERE generation NOT IN ${current}`,
        asker,
      );
      const generations = rows.map(({ generation }) => Number(generation));
      generations.forEach((generation) => unnamed.add(generation));
      const removable = generations.filter((generation) => this.#seen.has(generation));
      if (removable.length > 0) {
        await this.#store.execute(
          sql`ALTER TABLE ${this.#store.table(table)} DELETE WHERE generation IN ${bind.integers(removable)}`,
          asker,
        );
      }
    }
    this.#seen = unnamed;
  }

  async #sweepLog(): Promise<void> {
    const replaced = this.#closed.replacedEntries();
    for (const kind of ['span', 'dirty', 'sum'] as const) {
      const keys = replaced[kind];
      if (keys.length < worthRemoving) continue;
      await this.#store.execute(
        sql`ALTER TABLE ${this.#store.table('state_log')} DELETE WHERE kind = ${bind.text(kind)} AND key IN ${bind.texts(keys)}`,
        asker,
      );
    }
  }
}
