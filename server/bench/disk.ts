import { bind, sql } from '../src/store/sql';
import type { Store } from '../src/store/store';

export interface TableSize {
  table: string;
  rows: number;
  mb: number;
  bytes_per_row: number;
}

/** What the tables take on disk, with their marks and indexes. */
export async function measureDisk(store: Store): Promise<TableSize[]> {
  const rows = await store.rows(
    sql`SELECT table, sum(rows) AS rows, sum(bytes_on_disk) AS bytes FROM system.parts
        WHERE active AND database = ${bind.text(store.database)} AND (table = 'infisical_events' OR startsWith(table, 'rollup_'))
        GROUP BY table ORDER BY bytes DESC`,
    { surface: 'state' },
  );
  return rows.map((row) => ({
    table: String(row.table),
    rows: Number(row.rows),
    mb: Math.round(Number(row.bytes) / 1e5) / 10,
    bytes_per_row: Math.round((Number(row.bytes) / Math.max(1, Number(row.rows))) * 10) / 10,
  }));
}
