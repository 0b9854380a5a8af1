import { bind, join, sql } from './sql';
import type { Asker, Store } from './store';

const asker: Asker = { surface: 'state' };

export interface DataState {
  /** The last entry of the state log. */
  sequence: number;
  /** Another text after anything was written to the tables, by whomever. */
  state: string;
}

/**
 * The state of the data as the store itself shows it, for a process that does not write alone. Every
 * insert and every change of rows makes a part with a new name; so does a merge, after which an answer
 * is merely asked for once more.
 */
export async function dataState(
  store: Store,
  others: readonly { database: string; table: string }[],
): Promise<DataState> {
  const tables = [
    sql`(database = ${bind.text(store.database)} AND table != 'leaders')`,
    ...others.map(
      ({ database, table }) =>
        sql`(database = ${bind.text(database)} AND table = ${bind.text(table)})`,
    ),
  ];
  const [row] = await store.rows(
    sql`SELECT (SELECT max(sequence) FROM ${store.table('state_log')}) AS sequence,
          (SELECT toString(sum(cityHash64(database, table, name))) FROM ${store.parts} WHERE active AND (${join(tables, 'or')})) AS state`,
    asker,
  );
  return { sequence: Number(row?.sequence ?? 0), state: String(row?.state) };
}
