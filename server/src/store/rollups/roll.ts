import type { Events } from '../relations/events';
import type { Interval } from '../relations/plan';
import { all, bind, identifier, join, sql } from '../sql';
import type { Sql } from '../sql';
import type { Asker, Store } from '../store';
import { rollups } from './tables';
import type { Rollup } from './tables';

/** Rollup work has no viewer waiting: no time limit, but never more than a part of the machine. */
const asker: Asker = { surface: 'rollup', settings: { max_execution_time: 0, max_threads: 1 } };

const grainStart: Record<Rollup['grain'], Sql> = {
  day: sql`toDateTime64(toStartOfDay(time, 'UTC'), 3, 'UTC')`,
  'quarter-hour': sql`toDateTime64(toStartOfFifteenMinutes(time), 3, 'UTC')`,
};

/**
 * Adds generations up into one, for a day whose hours are all counted already: far less to read than
 * the day's events again.
 */
export async function mergeGenerations(
  store: Store,
  generation: number,
  hours: readonly number[],
): Promise<void> {
  for (const rollup of rollups) {
    const columns = join(
      rollup.columns.map((column) => identifier(column)),
      'comma',
    );
    const table = store.table(rollup.table);
    await store.execute(
      sql`INSERT INTO ${table} (generation, time, ${columns}, events, requests, first_time, last_time)
          SELECT ${bind.integer(generation)}, time, ${columns}, sum(events), sum(requests), min(first_time), max(last_time)
          FROM ${table} WHERE generation IN ${bind.integers(hours)} GROUP BY time, ${columns}`,
      asker,
    );
  }
}

/**
 * Counts a span of time into a generation, each event once. Where raw events have expired since an
 * earlier count, that count stays: per project the larger of the two.
 */
export async function countSpan(
  store: Store,
  events: Events,
  interval: Interval,
  generation: number,
  earlier: readonly number[],
): Promise<void> {
  const kept =
    earlier.length === 0 ? [] : await projectsThatShrank(store, events, interval, earlier);
  for (const rollup of rollups) {
    await store.execute(countInto(store, events, rollup, interval, generation, kept), asker);
    if (kept.length > 0)
      await store.execute(copyKept(store, rollup, generation, earlier, kept), asker);
  }
}

function countInto(
  store: Store,
  events: Events,
  rollup: Rollup,
  interval: Interval,
  generation: number,
  kept: readonly string[],
): Sql {
  const columns = rollup.columns.map((column) => identifier(column));
  return sql`
    INSERT INTO ${store.table(rollup.table)} (generation, time, ${join(columns, 'comma')}, events, requests, first_time, last_time)
    SELECT ${bind.integer(generation)}, bucket, ${join(columns, 'comma')}, sum(events), sum(requests), min(first_time), max(last_time)
    FROM (SELECT *, ${grainStart[rollup.grain]} AS bucket FROM ${events.stored(rollup.columns, interval)})
    WHERE ${kept.length === 0 ? sql`1` : sql`project_id NOT IN ${bind.texts(kept)}`}
    GROUP BY bucket, ${join(columns, 'comma')}`;
}

function copyKept(
  store: Store,
  rollup: Rollup,
  generation: number,
  earlier: readonly number[],
  kept: readonly string[],
): Sql {
  const columns = ['time', ...rollup.columns, 'events', 'requests', 'first_time', 'last_time'].map(
    identifier,
  );
  return sql`
    INSERT INTO ${store.table(rollup.table)} (generation, ${join(columns, 'comma')})
    SELECT ${bind.integer(generation)}, ${join(columns, 'comma')} FROM ${store.table(rollup.table)}
    WHERE ${all([sql`generation IN ${bind.integers(earlier)}`, sql`project_id IN ${bind.texts(kept)}`])}`;
}

/** Projects of which fewer events can be counted now than were counted before. */
async function projectsThatShrank(
  store: Store,
  events: Events,
  interval: Interval,
  earlier: readonly number[],
): Promise<string[]> {
  const rows = await store.rows(
    sql`SELECT project_id FROM (
          SELECT project_id, sum(events) AS stored, 0 AS recounted FROM ${store.table('rollup_day')} WHERE generation IN ${bind.integers(earlier)} GROUP BY project_id
          UNION ALL
          SELECT project_id, 0, sum(events) FROM ${events.stored(['project_id'], interval)} GROUP BY project_id
        ) GROUP BY project_id HAVING sum(stored) > sum(recounted)`,
    asker,
  );
  return rows.map((row) => String(row.project_id));
}

/** Takes rows of generations that no span names any more out of the tables. */
export async function removeGenerations(
  store: Store,
  current: readonly number[],
  upTo: number,
): Promise<void> {
  for (const { table } of rollups) {
    const stale = sql`generation <= ${bind.integer(upTo)} AND generation NOT IN ${bind.integers(current)}`;
    const [row] = await store.rows(
      sql`SELECT count() AS rows FROM ${store.table(table)} WHERE ${stale}`,
      asker,
    );
    if (Number(row?.rows ?? 0) > 0) {
      await store.execute(sql`ALTER TABLE ${store.table(table)} DELETE WHERE ${stale}`, asker);
    }
  }
}
