import { randomUUID } from 'node:crypto';
import { bind, sql } from '../../store/sql';
import type { Sql } from '../../store/sql';
import type { Asker, Store } from '../../store/store';

/** What a crash may lose need not be forced onto the disk. */
export const ofStaging: Asker = { surface: 'staging', settings: { fsync_metadata: 0 } };

const prefix = 'staging_';
/** Tables of others are taken for leftovers after an hour. */
const leftoverAfterSeconds = 3600;
const useForMs = 30 * 60_000;

interface Table {
  name: string;
  madeAt: number;
}

/**
 * Tables in memory that bodies are staged in, one body at a time and one after another: making and
 * dropping one takes as long as storing five hundred events. A table is empty before the next body comes;
 * one on which anything failed is dropped.
 */
export class StagingTables {
  readonly #store: Store;
  readonly #definition: (table: Sql) => Sql;
  readonly #idle: Table[] = [];

  constructor(store: Store, definition: (table: Sql) => Sql) {
    this.#store = store;
    this.#definition = definition;
  }

  /** @param work is given the name of an empty table. */
  async use<T>(work: (name: string) => Promise<T>): Promise<T> {
    const table = (await this.#young()) ?? (await this.#made());
    try {
      const result = await work(table.name);
      await this.#empty(table);
      return result;
    } catch (error) {
      await this.#drop(table);
      throw error;
    }
  }

  /** What cannot be emptied (a user may lack the right) or dropped must not hide that the body was stored. */
  async #empty(table: Table): Promise<void> {
    try {
      await this.#store.execute(sql`TRUNCATE TABLE ${this.#store.table(table.name)}`, ofStaging);
      this.#idle.push(table);
    } catch {
      await this.#drop(table);
    }
  }

  /** A table that stays is dropped at the next start. */
  async #drop({ name }: Table): Promise<void> {
    await drop(this.#store, name).catch(() => undefined);
  }

  async #young(): Promise<Table | undefined> {
    for (let table = this.#idle.pop(); table; table = this.#idle.pop()) {
      if (Date.now() - table.madeAt < useForMs) return table;
      await this.#drop(table);
    }
    return undefined;
  }

  async #made(): Promise<Table> {
    const name = `${prefix}${randomUUID().replaceAll('-', '')}`;
    await this.#store.execute(this.#definition(this.#store.table(name)), ofStaging);
    return { name, madeAt: Date.now() };
  }
}

const drop = (store: Store, table: string): Promise<void> =>
  store.execute(sql`DROP TABLE IF EXISTS ${store.table(table)} SYNC`, ofStaging);

/** For the start: tables that a process which was killed left behind. */
export async function dropLeftovers(store: Store): Promise<void> {
  const rows = await store.rows(
    // On a database server another process may be taking in a body at this moment.
    sql`SELECT name FROM system.tables WHERE database = ${bind.text(store.database)} AND startsWith(name, ${bind.text(prefix)})
          AND metadata_modification_time <= now() - ${bind.integer(store.kind === 'embedded' ? 0 : leftoverAfterSeconds)}`,
    { surface: 'ingest' },
  );
  for (const { name } of rows) await drop(store, String(name));
}
