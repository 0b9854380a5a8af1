import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { identifier, join, sql } from './sql';
import type { Sql } from './sql';
import type { Asker, Store } from './store';

type Row = Readonly<Record<string, string>>;
type Rows = Iterable<Row> | AsyncIterable<Row>;

/**
 * Runs `work` on a table in memory that holds the rows, every column as text. They go through a private
 * file, as a statement has no room for many thousands; table and file are gone afterwards.
 */
export async function withStagedRows<T>(
  store: Store,
  columns: readonly string[],
  rows: Rows,
  work: (staged: Sql) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(joinPath(tmpdir(), 'secret-insights-rows-'));
  const name = `staging_${randomUUID().replaceAll('-', '')}`;
  const staged = store.table(name);
  const asker: Asker = { surface: 'staging' };
  try {
    const file = joinPath(folder, 'rows.json');
    await pipeline(Readable.from(lines(rows)), createWriteStream(file, { mode: 0o600 }));
    const texts = columns.map((column) => sql`${identifier(column)} String`);
    await store.execute(
      sql`CREATE TABLE ${staged} (${join(texts, 'comma')}) ENGINE = Memory`,
      asker,
    );
    await store.loadJson(name, columns, file, asker);
    return await work(staged);
  } finally {
    await rm(folder, { recursive: true, force: true });
    // What cannot be dropped now is dropped at the next start; it must not hide how the work fared.
    await store.execute(sql`DROP TABLE IF EXISTS ${staged} SYNC`, asker).catch(() => undefined);
  }
}

async function* lines(rows: Rows): AsyncGenerator<string> {
  for await (const row of rows) yield `${JSON.stringify(row)}\n`;
}
