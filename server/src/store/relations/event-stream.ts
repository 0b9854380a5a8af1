import { anything, bind, identifier, sql } from '../sql';
import type { Sql } from '../sql';
import type { Asker, Store } from '../store';
import type { StoredColumn } from '../vendor';
import { afterPlace, beyond, cut, without } from './event-pages';
import type { EventPageQuestion, EventPlace } from './event-pages';
import type { EventRange, Events } from './events';

/** An event as text, in which single events leave the engine. */
export interface EventLine {
  needs: readonly StoredColumn[];
  /** Over those columns as `stored.…`, and `stored.row_time`, `stored.row_id`, `stored.row_org`. */
  text: Sql;
}

export interface EventStreamQuestion extends Omit<
  EventPageQuestion,
  'limit' | 'after' | 'columns'
> {
  line: EventLine;
  /** Events at most; Infinity for all. */
  limit: number;
}

export interface EventLines {
  bytes: Buffer;
  /** Events that begin to be sent with these bytes. */
  events: number;
}

/** Of a statement, which holds its rows until they are sorted. */
const bytesAtOnce = 32 * 2 ** 20;
/** Rows of a statement, before it is known how long they are. */
const firstRows = 5_000;
/** However short they are: the next ones may be longer. */
const mostRows = 36_000;
/** Slices that are read at the same time: one core reads while another hands over what it read. */
const atOnce = 2;
const firstSlice = 3_600_000;
const longestSlice = 64 * 86_400_000;

interface Part {
  events: number;
  /** Where the slice goes on, when it had more than fits into a statement. */
  after: EventPlace | null;
  lines: AsyncGenerator<Buffer>;
  stop: () => Promise<unknown>;
}

interface Slice {
  range: EventRange;
  part: Promise<Part>;
}

/**
 * Every event of the range in the order of time, each once, some thousand lines at a time. The next
 * slices of time are read while the caller is busy with those before; they are as long as fills a
 * statement.
 */
export async function* eventStream(
  store: Store,
  events: Events,
  question: EventStreamQuestion,
  asker: Asker,
): AsyncGenerator<EventLines> {
  const read = (range: EventRange, after: EventPlace | null, most: number): Promise<Part> =>
    readPart(store, events, { ...question, range }, after, most, asker);
  const ahead: Slice[] = [];
  let rest: EventRange | null = afterPlace({ ...question, after: null });
  let width = firstSlice;
  let rows = firstRows;
  let left = question.limit;
  try {
    while (left > 0) {
      while (rest !== null && ahead.length < atOnce) {
        const range = cut(rest, width, question.order);
        rest = without(rest, range);
        const part = read(range, null, Math.min(rows, left));
        // Whoever leaves in between must not leave a failure behind that nobody awaits.
        part.catch(() => undefined);
        ahead.push({ range, part });
      }
      const slice = ahead[0];
      if (slice === undefined) return;
      let found = 0;
      let part: Part | null = await slice.part;
      if (part.events > left) {
        // Read ahead of what came before it, which left less of the limit.
        await part.stop();
        part = await read(slice.range, null, left);
      }
      ahead.shift();
      while (part !== null) {
        left -= part.events;
        found += part.events;
        const bytes: number = yield* sent(part);
        if (part.events > 0) rows = rowsLike(bytes / part.events);
        part =
          part.after === null || left === 0
            ? null
            : await read(slice.range, part.after, Math.min(rows, left));
      }
      width = nextWidth(width, slice.range, found, rows);
    }
  } finally {
    await Promise.all(
      ahead.map(({ part }) => part.then(({ stop }) => stop()).catch(() => undefined)),
    );
  }
}

/** @returns how many bytes they were. */
async function* sent({ events, lines }: Part): AsyncGenerator<EventLines, number> {
  let bytes = 0;
  for await (const piece of lines) {
    yield { bytes: piece, events: bytes === 0 ? events : 0 };
    bytes += piece.length;
  }
  return bytes;
}

/** As many as a statement may give, were they as long as these. */
const rowsLike = (bytesOfOne: number): number =>
  Math.max(1, Math.min(Math.floor(bytesAtOnce / bytesOfOne), mostRows));

/** As long as fills most of a statement, were the next slice like the last; never far from the width before. */
function nextWidth(width: number, { from, to }: EventRange, found: number, rows: number): number {
  const fitting = ((to - from) * rows * 0.8) / Math.max(found, 1);
  return Math.ceil(Math.min(Math.max(fitting, width / 4, 1), width * 4, longestSlice));
}

async function readPart(
  store: Store,
  events: Events,
  { order, line, ...question }: EventStreamQuestion,
  after: EventPlace | null,
  most: number,
  asker: Asker,
): Promise<Part> {
  const direction = order === 'newest' ? sql`DESC` : sql`ASC`;
  const columns = line.needs.map((column) => ({
    as: column,
    expression: sql`stored.${identifier(column)}`,
    needs: [column],
  }));
  // The text is made of the rows that are sent, after copies of an event and what is too much are gone.
  // In front of the first stands what is to be known of all.
  const last = (column: Sql): Sql =>
    sql`last_value(${column}) OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)`;
  const lines = store.lines(
    sql`SELECT concat(if(rowNumberInAllBlocks() = 0, concat(toString(all_rows), '\t', toString(last_time), '\t', toString(last_id), '\t', toString(last_org), '\n'), ''), ${line.text})
        FROM (
          SELECT *, count() OVER () AS all_rows, ${last(sql`row_time`)} AS last_time, ${last(sql`row_id`)} AS last_id, ${last(sql`row_org`)} AS last_org
          FROM (
            SELECT * FROM ${events.rows({ ...question, inLists: true }, columns)}
            WHERE ${after === null ? anything : beyond(after, order)}
            ORDER BY row_time ${direction}, row_id ${direction}, row_org ${direction}
            LIMIT 1 BY row_id, row_org, row_vendor LIMIT ${bind.integer(most)}
          )
        ) AS stored`,
    // One thread keeps the order, and leaves the other cores to those who wait for a page; short blocks hold
    // little of the text.
    { ...asker, settings: { ...asker.settings, max_threads: 1, max_block_size: 4_096 } },
  );
  const { head, rest } = await firstLine(lines);
  const [count = '0', time = '', id = '', org = ''] = head.split('\t');
  return {
    events: Number(count),
    after: Number(count) < most ? null : { time: Date.parse(time), id, org },
    lines: rest,
    stop: () => lines.return(undefined),
  };
}

/** The first line, which is empty where there is none, and all that comes behind it. */
async function firstLine(
  lines: AsyncGenerator<Buffer>,
): Promise<{ head: string; rest: AsyncGenerator<Buffer> }> {
  let piece: Buffer = Buffer.alloc(0);
  let end = -1;
  while (end < 0) {
    const next = await lines.next();
    if (next.done) break;
    piece = piece.length === 0 ? next.value : Buffer.concat([piece, next.value]);
    end = piece.indexOf(10);
  }
  async function* rest(): AsyncGenerator<Buffer> {
    try {
      if (piece.length > end + 1) yield piece.subarray(end + 1);
      yield* lines;
    } finally {
      await lines.return(undefined);
    }
  }
  return { head: piece.toString('utf8', 0, Math.max(0, end)), rest: rest() };
}
