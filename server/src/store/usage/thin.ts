import { bind, sql } from '../sql';
import type { Sql } from '../sql';
import type { Asker, Store } from '../store';

const day = 86_400_000;
const asker: Asker = { surface: 'rollup', settings: { max_execution_time: 0, mutations_sync: 2 } };

export interface UsageRetention {
  /** Days after which only the last snapshot of a UTC day stays. */
  thinAfterDays: number;
  /** Days after which a snapshot goes. */
  keepDays: number;
}

/**
 * Removes what the history of usage does not need: snapshots beside the last of their UTC day, once
 * they are old enough, and those past their time. @returns how many went.
 */
export async function thinSnapshots(
  store: Store,
  { thinAfterDays, keepDays }: UsageRetention,
  now: number,
): Promise<number> {
  const snapshots = store.table('usage_snapshots');
  const oldest = bind.instant(Math.max(0, now - keepDays * day));
  const thinned = bind.instant(Math.floor((now - thinAfterDays * day) / day) * day);
  const kept = sql`(
    SELECT source, account, max(updated_at) FROM ${snapshots}
    WHERE updated_at >= ${oldest} AND updated_at < ${thinned} GROUP BY source, account, toStartOfDay(updated_at, 'UTC'))`;
  const goes = sql`updated_at < ${oldest} OR (updated_at < ${thinned} AND (source, account, updated_at) NOT IN ${kept})`;
  const [row] = await store.rows(
    sql`SELECT count() AS snapshots FROM ${snapshots} FINAL WHERE ${goes}`,
    asker,
  );
  const count = Number(row?.snapshots ?? 0);
  if (count === 0) return 0;
  const remaining = sql`(SELECT source, account, updated_at, seen_at FROM ${snapshots} FINAL)`;
  const drop = (table: Sql, condition: Sql): Promise<void> =>
    store.execute(sql`ALTER TABLE ${table} DELETE WHERE ${condition}`, asker);
  await drop(snapshots, goes);
  // Rows of snapshots that are not there are never read; they go afterwards, also those of a crash.
  for (const name of ['usage_figures', 'usage_clients']) {
    await drop(
      store.table(name),
      sql`updated_at < ${thinned} AND (source, account, updated_at, seen_at) NOT IN ${remaining}`,
    );
  }
  return count;
}
