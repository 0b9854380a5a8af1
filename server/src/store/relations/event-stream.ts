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
  events: number;
}

/** Of a statement: the engine gives an answer whole, so this is what memory holds. */
const bytesAtOnce = 16 * 2 ** 20;
/** Rows of a statement, before it is known how long they are. */
const firstRows = 5_000;
/** However short they are: the next ones may be longer. */
const mostRows = 20_000;
/** Slices that are read at the same time: one core reads while another hands over what it read. */
const atOnce = 2;
const firstSlice = 3_600_000;
const longestSlice = 64 * 86_400_000;

interface Part {
  lines: EventLines;
  /** Where the slice goes on, when it had more than fits into a statement. */
  after: EventPlace | null;
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
  while (left > 0) {
    while (rest !== null && ahead.length < atOnce) {
      const range = cut(rest, width, question.order);
      rest = without(rest, range);
      const part = read(range, null, Math.min(rows, left));
      // Whoever leaves in between must not leave a failure behind that nobody awaits.
      part.catch(() => undefined);
      ahead.push({ range, part });
    }
    const slice = ahead.shift();
    if (slice === undefined) return;
    let found = 0;
    let first = await slice.part;
    // Read ahead of what came before it, which left less of the limit.
    if (first.lines.events > left) first = await read(slice.range, null, left);
    for (let part: Part | null = first; part !== null && left > 0;) {
      const { lines, after }: Part = part;
      left -= lines.events;
      found += lines.events;
      if (lines.events > 0) {
        rows = rowsLike(lines);
        yield lines;
      }
      part =
        after === null || left === 0 ? null : await read(slice.range, after, Math.min(rows, left));
    }
    width = nextWidth(width, slice.range, found, rows);
  }
}

/** As many as a statement may give, were they as long as these. */
const rowsLike = ({ bytes, events }: EventLines): number =>
  Math.max(1, Math.min(Math.floor((bytesAtOnce * events) / bytes.length), mostRows));

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
  const answer = await store.bytes(
    sql`SELECT groupConcat(text), count(), anyLast(row_time), anyLast(row_id), anyLast(row_org) FROM (
          SELECT ${line.text} AS text, row_time, row_id, row_org FROM (
            SELECT * FROM ${events.rows({ ...question, inLists: true }, columns)}
            WHERE ${after === null ? anything : beyond(after, order)}
            ORDER BY row_time ${direction}, row_id ${direction}, row_org ${direction}
            LIMIT 1 BY row_id, row_org, row_vendor LIMIT ${bind.integer(most)}
          ) AS stored
        )`,
    // One thread keeps the order, and leaves the other cores to those who wait for a page; short blocks hold
    // little of what the text is put together of, and so leave memory for more rows a statement.
    { ...asker, settings: { ...asker.settings, max_threads: 1, max_block_size: 4_096 } },
  );
  // Every line ends with one, and the values behind them have none.
  const end = answer.lastIndexOf('\n') + 1;
  const [, count = '0', time = '', id = '', org = ''] = answer.toString('utf8', end).split('\t');
  const lines = { bytes: answer.subarray(0, end), events: Number(count) };
  return {
    lines,
    after: lines.events < most ? null : { time: Date.parse(time), id, org },
  };
}
