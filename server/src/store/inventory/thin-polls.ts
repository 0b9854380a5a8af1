import { bind, sql } from '../sql';
import type { Asker, Store } from '../store';

const day = 86_400_000;
const asker: Asker = { surface: 'rollup', settings: { max_execution_time: 0, mutations_sync: 2 } };

/**
 * Removes attempts to ask a source that are older than so many days and that no figure needs any more.
 * For ever stay, of each source, project and kind, the first that went well, since when its inventory is
 * known, and the newest that went well and the newest at all, which say how asking goes.
 * @returns how many went.
 */
export async function thinPolls(store: Store, keepDays: number, now: number): Promise<number> {
  const polls = store.table('inventory_polls');
  const limit = bind.instant(Math.max(0, now - keepDays * day));
  // Where none went well the two are the epoch, at which there is no row.
  const kept = sql`(
    SELECT source, kind_of_poll, project_id, arrayJoin([minIf(finished_at, ok), maxIf(finished_at, ok), max(finished_at)])
    FROM ${polls} GROUP BY source, kind_of_poll, project_id)`;
  const goes = sql`finished_at < ${limit} AND (source, kind_of_poll, project_id, finished_at) NOT IN ${kept}`;
  const [row] = await store.rows(sql`SELECT count() AS polls FROM ${polls} WHERE ${goes}`, asker);
  const count = Number(row?.polls ?? 0);
  if (count > 0) await store.execute(sql`ALTER TABLE ${polls} DELETE WHERE ${goes}`, asker);
  return count;
}
