import { Failure } from '../failure';
import { bind, identifier, sql } from './sql';
import type { Sql } from './sql';
import type { Asker, Store } from './store';
import { migrations } from './migrations';

export interface Migration {
  /** One more than the one before. A number that shipped keeps its statements for ever. */
  version: number;
  name: string;
  /** Each must be safe to run twice: a crash between two of them repeats the first. */
  statements: (store: Store) => Sql[];
}

const asker: Asker = { surface: 'migration', settings: { max_execution_time: 0 } };

/**
 * Brings the database to the newest version. Forward only.
 * @throws Failure `conflict` where the store was written by a newer program.
 */
export async function migrate(
  store: Store,
  list: readonly Migration[] = migrations,
): Promise<void> {
  // Asked first: creating needs a grant that a database made beforehand does not.
  const existing = await store.rows(
    sql`SELECT name FROM system.databases WHERE name = ${bind.text(store.database)}`,
    asker,
  );
  if (existing.length === 0) {
    await store.execute(sql`CREATE DATABASE IF NOT EXISTS ${identifier(store.database)}`, asker);
  }
  const history = store.table('schema_migrations');
  await store.execute(
    sql`CREATE TABLE IF NOT EXISTS ${history} (version UInt32, name String, applied_at DateTime64(3,'UTC') DEFAULT now64(3)) ENGINE = MergeTree ORDER BY version`,
    asker,
  );
  const done = await store.rows(sql`SELECT version, name FROM ${history} ORDER BY version`, asker);
  const applied = Number(done.at(-1)?.version ?? 0);
  const newest = list.at(-1)?.version ?? 0;
  if (applied > newest) {
    throw new Failure(
      'conflict',
      `The store is at version ${applied} and this program knows ${newest}: it was written by a newer release, so start that one, or use another store.`,
    );
  }
  const changed = list.find(({ version, name }) =>
    done.some((row) => Number(row.version) === version && row.name !== name),
  );
  if (changed) {
    throw new Failure(
      'conflict',
      `The store was made by a build from before '${changed.name}', which was never released: take another store, or remove this one and import its events again.`,
    );
  }
  for (const migration of list.filter((each) => each.version > applied)) {
    for (const statement of migration.statements(store)) await store.execute(statement, asker);
    await store.execute(
      sql`INSERT INTO ${history} (version, name) SELECT ${bind.integer(migration.version)}, ${bind.text(migration.name)}`,
      asker,
    );
  }
}
