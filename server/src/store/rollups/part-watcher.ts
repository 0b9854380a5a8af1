import { setTimeout as sleep } from 'node:timers/promises';
import type { Interval } from '../relations/plan';
import { bind, identifier, sql } from '../sql';
import type { Sql } from '../sql';
import type { StateLog } from '../state-log';
import type { Asker, Store } from '../store';
import type { ClosedTime } from './closed-time';
import type { Watched } from './closer';
import type { Paced } from './roll';
import { SeenBlocks } from './seen-blocks';
import type { BlockRange } from './seen-blocks';

const asker: Asker = { surface: 'rollup', settings: { max_threads: 1 } };
const kind = 'seen-parts';
const hour = 3_600_000;
/** Parts with more rows are taken to touch all the time between their first and last row. */
const rowsToRead = 5_000_000;
const rowsAtOnce = 1_000_000;
/** What was seen since is looked at again after a crash: a little work against a log that grows each minute. */
const noteEveryMs = 15 * 60_000;

interface Noted {
  /** A table that was made anew begins to number its blocks again. */
  table: string;
  blocks: Record<string, BlockRange[]>;
}

interface Part {
  name: string;
  partition: string;
  blocks: BlockRange;
  rows: number;
  time: Interval;
}

export interface PartWatcherOptions {
  store: Store;
  state: StateLog;
  closed: ClosedTime;
  database: string;
  table: string;
  /** The column with an event's time. */
  time: Sql;
  paced: Paced;
}

/**
 * Finds what others wrote to a table, from the numbers of its parts' blocks: every insert gets numbers
 * that were not there before, and a merge keeps the numbers of what it merged. The table is only read.
 * Rows that are deleted leave closed figures as they are, which is what retention is to do.
 */
export class PartWatcher implements Watched {
  readonly #options: PartWatcherOptions;
  readonly #key: string;
  readonly #stop = new AbortController();
  #seen = new SeenBlocks();
  #table = '';
  #first: { event: number | null } | null = null;
  #isNoted = true;
  #notedAt = performance.now();
  #turn: Promise<unknown> = Promise.resolve();
  #running: Promise<void> = Promise.resolve();

  constructor(options: PartWatcherOptions) {
    this.#options = options;
    this.#key = `${options.database}.${options.table}`;
    const noted = options.state.list(kind).find(({ key }) => key === this.#key)?.body;
    if (noted === undefined) return;
    const { table, blocks } = noted as Noted;
    this.#table = table;
    this.#seen = new SeenBlocks(blocks);
  }

  start(everyMs: number, onError: (error: unknown) => void): void {
    this.#running = this.#loop(everyMs, onError);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all([this.#running, this.#turn]);
    await this.#note();
  }

  async look(): Promise<void> {
    const look = this.#turn.then(() => this.#look());
    this.#turn = look.catch(() => undefined);
    return look;
  }

  async firstEvent(): Promise<number | null> {
    const { store, time, paced } = this.#options;
    this.#first ??= await paced(async () => {
      const [row] = await store.rows(
        sql`SELECT toUnixTimestamp(min(${time})) AS first, count() AS rows FROM ${this.#from()}`,
        asker,
      );
      return { event: Number(row?.rows ?? 0) === 0 ? null : Number(row?.first) * 1000 };
    });
    return this.#first.event;
  }

  async #loop(everyMs: number, onError: (error: unknown) => void): Promise<void> {
    const isStopped = (): boolean => this.#stop.signal.aborted;
    while (!isStopped()) {
      await sleep(everyMs, undefined, { signal: this.#stop.signal }).catch(() => undefined);
      if (!isStopped()) await this.look().catch(onError);
    }
  }

  async #look(): Promise<void> {
    const { closed } = this.#options;
    // A part that is merged away before it was read is looked for again, inside its successor.
    for (let unread = true; unread;) {
      unread = false;
      const found = (await this.#parts()).filter(
        (part) => !this.#seen.has(part.partition, part.blocks),
      );
      if (found.length === 0) return;
      this.#options.store.changed();
      this.#first = null;
      this.#isNoted = false;
      const elsewhere = found.filter((part) => !closed.isConcernedBy(part.time));
      elsewhere.forEach((part) => this.#seen.add(part.partition, part.blocks));
      for (const slice of slices(found.filter((part) => !elsewhere.includes(part)))) {
        const touched = await this.#touched(slice);
        const written = await closed.announce([...touched.values()].flat());
        written();
        for (const part of slice) {
          if (touched.has(part.name)) this.#seen.add(part.partition, part.blocks);
          else unread = true;
        }
      }
    }
    if (performance.now() - this.#notedAt >= noteEveryMs) await this.#note();
  }

  /** By part the time that its rows lie in; without the parts that were merged away. */
  async #touched(parts: readonly Part[]): Promise<Map<string, Interval[]>> {
    const { store, time, paced } = this.#options;
    const [only] = parts;
    if (only && only.rows > rowsToRead) return new Map([[only.name, [only.time]]]);
    const rows = await paced(() =>
      store.rows(
        sql`SELECT _part AS part, groupUniqArray(toString(toUnixTimestamp(toStartOfHour(${time})))) AS hours
            FROM ${this.#from()} WHERE _part IN ${bind.texts(parts.map(({ name }) => name))} GROUP BY part`,
        asker,
      ),
    );
    return new Map(
      rows.map(({ part, hours }) => [
        String(part),
        (Array.isArray(hours) ? hours : [])
          .map((start) => Number(start) * 1000)
          .map((from) => ({ from, to: from + hour })),
      ]),
    );
  }

  async #parts(): Promise<Part[]> {
    const { store, database, table } = this.#options;
    const rows = await store.rows(
      sql`SELECT toString(tables.uuid) AS uuid, tables.engine AS engine, parts.name AS name, partition_id, min_block_number, max_block_number,
            rows, toUnixTimestamp(min_time) AS first, toUnixTimestamp(max_time) AS last
          FROM system.parts AS parts INNER JOIN system.tables AS tables ON tables.database = parts.database AND tables.name = parts.table
          WHERE parts.database = ${bind.text(database)} AND parts.table = ${bind.text(table)} AND active AND rows > 0`,
      asker,
    );
    const uuid = String(rows[0]?.uuid ?? this.#table);
    if (uuid !== this.#table) {
      this.#table = uuid;
      this.#seen = new SeenBlocks();
    }
    return rows.map((row) => ({
      name: String(row.name),
      // A table of one machine numbers its blocks across partitions, a replicated one in each.
      partition: /^(Replicated|Shared)/.test(String(row.engine)) ? String(row.partition_id) : '',
      blocks: [Number(row.min_block_number), Number(row.max_block_number)],
      rows: Number(row.rows),
      time: timeOf(Number(row.first), Number(row.last)),
    }));
  }

  /** After what was found is in the log as dirty, never before. */
  async #note(): Promise<void> {
    if (this.#isNoted) return;
    await this.#options.state.append(kind, this.#key, { table: this.#table, blocks: this.#seen });
    this.#isNoted = true;
    this.#notedAt = performance.now();
  }

  #from(): Sql {
    const { database, table } = this.#options;
    return sql`${identifier(database)}.${identifier(table)}`;
  }
}

/** Whether a table's parts show what is written to it: those of a view or a distributed table do not. */
export async function isWatchable(
  store: Store,
  { database, table }: { database: string; table: string },
): Promise<boolean> {
  const [row] = await store.rows(
    sql`SELECT engine FROM system.tables WHERE database = ${bind.text(database)} AND name = ${bind.text(table)}`,
    asker,
  );
  return String(row?.engine).endsWith('MergeTree');
}

/** In whole seconds, as the engine keeps them; a table that is not partitioned by time keeps none. */
const timeOf = (first: number, last: number): Interval =>
  last === 0 ? { from: 0, to: Infinity } : { from: first * 1000, to: (last + 1) * 1000 };

/** Small parts together, as far as one small statement can read them; a big one by itself. */
function slices(parts: readonly Part[]): Part[][] {
  const found: Part[][] = [];
  let rows = Infinity;
  for (const part of parts) {
    if (rows + part.rows > rowsAtOnce) {
      found.push([]);
      rows = 0;
    }
    found.at(-1)?.push(part);
    rows += part.rows;
  }
  return found;
}
