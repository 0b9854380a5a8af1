import type { Events } from '../relations/events';
import { projectKey } from '../relations/plan';
import type { Interval, ProjectKey } from '../relations/plan';
import { bind, identifier, join, sql } from '../sql';
import type { Sql } from '../sql';
import type { Asker, Store } from '../store';
import type { Span } from './closed-time';
import { figuresOf, keysFromStored, keysOf, rollups, timeOf } from './tables';
import type { Rollup } from './tables';

/** Rollup work has no viewer waiting: no time limit, but never more than a part of the machine. */
const asker: Asker = { surface: 'rollup', settings: { max_execution_time: 0, max_threads: 1 } };

const quarter = 900_000;

const key = projectKey(sql`org_id`, sql`project_id`);
const grainStart: Record<Rollup['grain'], Sql> = {
  day: sql`toDateTime64(toStartOfDay(time, 'UTC'), 3, 'UTC')`,
  'quarter-hour': sql`toDateTime64(toStartOfFifteenMinutes(time), 3, 'UTC')`,
};

/** Rows of some generations; of one, perhaps only of some projects. */
interface Part {
  generations: readonly number[];
  only?: readonly ProjectKey[];
  except?: readonly ProjectKey[];
}

/** What may pause between two statements, so that the work never takes the whole machine. */
export type Paced = <T>(statement: () => Promise<T>) => Promise<T>;

export interface Roll {
  store: Store;
  events: Events;
  interval: Interval;
  nextGeneration: () => Promise<number>;
  /** A statement holds the ids of its events in memory; a span of more rows is counted in pieces. */
  rowsPerPiece: number;
  paced: Paced;
  signal: AbortSignal;
}

/**
 * Counts a span of time, each event once. Where raw events have expired since an earlier count of the
 * same span, that count stays: per project the larger of the two.
 * @returns the generation that holds the count; null where raw events went away meanwhile.
 */
export async function countSpan(roll: Roll, earlier: Span | null): Promise<number | null> {
  const { store, interval, nextGeneration, paced } = roll;
  const generation = await nextGeneration();
  const pieces = await inPieces(roll);
  for (const piece of pieces) {
    for (const rollup of rollups) {
      if (!rollup.madeFrom) await write(roll, countInto(roll, rollup, piece, generation));
    }
  }
  if (pieces.length > 0) {
    const rows = sql`generation = ${bind.integer(generation)}`;
    for (const rollup of rollups) {
      const { madeFrom } = rollup;
      if (madeFrom)
        await write(roll, added(roll, rollup, madeFrom, rows, { generation, ...ownTime }));
    }
    if (!(await paced(() => agree(store, interval, generation)))) return null;
  }
  const kept = earlier
    ? await paced(() => shrunk(store, interval, earlier.generation, generation))
    : [];
  if (pieces.length <= 1 && kept.length === 0) return generation;
  return addUp(roll, [
    { generations: [generation], except: kept },
    ...(earlier && kept.length > 0 ? [{ generations: [earlier.generation], only: kept }] : []),
  ]);
}

/**
 * Adds generations up into a new one: a day whose hours are all counted, or a span that was counted in
 * pieces. Far less to read than the events again.
 */
export function addUp(roll: Roll, parts: readonly Part[]): Promise<number> {
  const rows = join(
    parts.map((part) => sql`(${rowsOf(part)})`),
    'or',
  );
  return addInto(roll, rollups, rows, ownTime);
}

/** The sum of the days of an interval, in the rollups that keep sums: far fewer rows to read than theirs. */
export function sumUp(roll: Roll, days: readonly number[]): Promise<number> {
  const { from } = roll.interval;
  return addInto(
    roll,
    rollups.filter(({ sums }) => sums !== 'none'),
    rowsOf({ generations: days }),
    { rowTime: bind.instant(from), isSum: true },
  );
}

async function addInto(
  roll: Roll,
  into: readonly Rollup[],
  rows: Sql,
  what: Omit<Into, 'generation'>,
): Promise<number> {
  const generation = await roll.nextGeneration();
  for (const rollup of into) {
    await write(roll, added(roll, rollup, rollup.table, rows, { generation, ...what }));
  }
  return generation;
}

async function write({ store, paced, signal }: Roll, statement: Sql): Promise<void> {
  signal.throwIfAborted();
  await paced(() => store.execute(statement, asker));
}

/**
 * Projects of a counted span whose raw events have expired. Compared by quarter hour with the rows that
 * are there, copies included: exact unless part of one quarter hour expired, and far cheaper than a
 * distinct count, as a door waits for it.
 */
export async function expiredProjects(
  store: Store,
  events: Events,
  span: Span,
): Promise<ProjectKey[]> {
  const start = sql`toStartOfFifteenMinutes`;
  const rows = await store.rows(
    sql`SELECT DISTINCT project FROM (
          SELECT ${key} AS project, ${start}(time) AS quarter, sum(events) AS counted, 0 AS found
          FROM ${store.table('rollup_quarter_hour')} WHERE generation = ${bind.integer(span.generation)} AND ${inDays(span)} GROUP BY project, quarter
          UNION ALL
          SELECT ${key} AS project, ${start}(event_time) AS quarter, 0, count()
          FROM ${events.copies(['org_id', 'project_id'], span)} GROUP BY project, quarter
        ) GROUP BY project, quarter HAVING sum(counted) > sum(found)`,
    asker,
  );
  return rows.map((row) => String(row.project));
}

/** Equal parts that begin on a quarter hour, with few enough rows each where they are spread evenly; none where there are no events. */
async function inPieces({
  store,
  events,
  interval,
  rowsPerPiece,
  paced,
}: Roll): Promise<Interval[]> {
  const [row] = await paced(() =>
    store.rows(sql`SELECT count() AS rows FROM ${events.copies(['org_id'], interval)}`, asker),
  );
  const rows = Number(row?.rows ?? 0);
  if (rows === 0) return [];
  const quarters = (interval.to - interval.from) / quarter;
  const length = Math.max(1, Math.floor(quarters / Math.ceil(rows / rowsPerPiece))) * quarter;
  const pieces: Interval[] = [];
  for (let { from } = interval; from < interval.to; from += length) {
    pieces.push({ from, to: Math.min(from + length, interval.to) });
  }
  return pieces;
}

const times: Record<Rollup['times'], Sql> = {
  'first and last': sql`, dateDiff('millisecond', row_time, min(first_time)), dateDiff('millisecond', min(first_time), max(last_time))`,
  last: sql`, dateDiff('millisecond', row_time, max(last_time))`,
  none: sql``,
};

/** What a row holds beside its keys, of rows that are added up under one `row_time`. */
const figures = (rollup: Rollup): Sql =>
  sql`, sum(requests) AS all_requests, all_requests - sum(events)${times[rollup.times]}`;

/** What the rows of a new generation are. */
interface Into {
  generation: number;
  rowTime: Sql;
  isSum: boolean;
}
const ownTime = { rowTime: sql`time`, isSum: false };

const insertInto = (store: Store, rollup: Rollup, figures: readonly string[]): Sql => {
  const columns = [
    'generation',
    'is_sum',
    ...Object.keys(timeOf(rollup)),
    ...keysOf(rollup),
    ...figures,
  ];
  return sql`INSERT INTO ${store.table(rollup.table)} (${join(columns.map(identifier), 'comma')})`;
};

const ownTimes = (rollup: Rollup): Sql => join(Object.values(timeOf(rollup)), 'comma');

/** Rows of a rollup added up from its own, or from those of a finer one, as a new generation. */
function added(
  { store, interval }: Roll,
  rollup: Rollup,
  from: Rollup['table'],
  rows: Sql,
  { generation, rowTime, isSum }: Into,
): Sql {
  const keys = join(keysOf(rollup).map(identifier), 'comma');
  const isBare = isSum && rollup.sums === 'keys';
  return sql`
    ${insertInto(store, rollup, isBare ? [] : figuresOf(rollup))}
    WITH ${rowTime} AS row_time
    SELECT ${bind.integer(generation)}, ${isSum ? sql`true` : sql`false`}, ${ownTimes(rollup)}, ${keys}${isBare ? sql`` : figures(rollup)}
    FROM ${store.table(from)} WHERE (${rows}) AND is_sum = false AND ${inDays(interval)} GROUP BY row_time, ${keys}`;
}

function countInto(
  { store, events }: Roll,
  rollup: Rollup,
  piece: Interval,
  generation: number,
): Sql {
  const keys = join(keysOf(rollup).map(identifier), 'comma');
  return sql`
    ${insertInto(store, rollup, figuresOf(rollup))}
    SELECT ${bind.integer(generation)}, false, ${ownTimes(rollup)}, ${keys}${figures(rollup)}
    FROM (SELECT ${grainStart[rollup.grain]} AS row_time, ${join(keysFromStored(rollup), 'comma')}, events, requests, first_time, last_time
      FROM ${events.stored(rollup.columns, piece)})
    GROUP BY row_time, ${keys}`;
}

/** Each table was counted from raw by itself: where they differ, raw changed between two of them. */
async function agree(store: Store, interval: Interval, generation: number): Promise<boolean> {
  const counts = rollups.map(
    ({ table }) =>
      sql`SELECT ${key} AS project, sum(events) AS counted FROM ${store.table(table)}
          WHERE generation = ${bind.integer(generation)} AND ${inDays(interval)} GROUP BY project`,
  );
  const rows = await store.rows(
    sql`SELECT project FROM (${join(counts, 'union all')}) GROUP BY project
        HAVING count() != ${bind.integer(rollups.length)} OR min(counted) != max(counted) LIMIT 1`,
    asker,
  );
  return rows.length === 0;
}

/** Projects of which fewer events were counted this time. */
async function shrunk(
  store: Store,
  interval: Interval,
  earlier: number,
  counted: number,
): Promise<ProjectKey[]> {
  const rows = await store.rows(
    sql`SELECT ${key} AS project FROM ${store.table('rollup_day')}
        WHERE generation IN ${bind.integers([earlier, counted])} AND ${inDays(interval)}
        GROUP BY project HAVING sumIf(events, generation = ${bind.integer(earlier)}) > sumIf(events, generation = ${bind.integer(counted)})`,
    asker,
  );
  return rows.map((row) => String(row.project));
}

function rowsOf({ generations, only, except = [] }: Part): Sql {
  const rows = sql`generation IN ${bind.integers(generations)}`;
  if (only) return sql`${rows} AND ${key} IN ${bind.texts(only)}`;
  return except.length === 0 ? rows : sql`${rows} AND ${key} NOT IN ${bind.texts(except)}`;
}

/** Only for speed: a generation has rows of its own span alone. Tables by day carry the start of the day. */
const inDays = ({ from, to }: Interval): Sql =>
  sql`time >= toStartOfDay(${bind.instant(from)}, 'UTC') AND time < ${bind.instant(to)}`;
