import type { Settings } from '../engine';
import { bind, identifier, sql } from '../sql';
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
  /** What the text is written with. */
  settings: Settings;
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
  text: string;
  events: number;
}

/** Rows of a statement: the engine gives an answer whole, so this is what memory holds. */
const rowsAtOnce = 20_000;
const firstSlice = 3_600_000;
const longestSlice = 64 * 86_400_000;

interface Position {
  rest: EventRange | null;
  after: EventPlace | null;
  width: number;
  left: number;
}

/**
 * Every event of the range in the order of time, each once, some thousand lines at a time; the next
 * are read while the caller is busy with those before. Slices of time are as long as fills a statement.
 */
export async function* eventStream(
  store: Store,
  events: Events,
  question: EventStreamQuestion,
  asker: Asker,
): AsyncGenerator<EventLines> {
  let position: Position = {
    rest: afterPlace({ ...question, after: null }),
    after: null,
    width: firstSlice,
    left: question.limit,
  };
  let reading = readSlice(store, events, question, position, asker);
  while (position.rest !== null && position.left > 0) {
    const { lines, next } = await reading;
    position = next;
    reading = readSlice(store, events, question, position, asker);
    // Whoever leaves in between must not leave a failure behind that nobody awaits.
    reading.catch(() => undefined);
    if (lines.events > 0) yield lines;
  }
}

async function readSlice(
  store: Store,
  events: Events,
  { order, line, ...question }: EventStreamQuestion,
  position: Position,
  asker: Asker,
): Promise<{ lines: EventLines; next: Position }> {
  const { rest, after, width, left } = position;
  if (rest === null || left <= 0) return { lines: { text: '', events: 0 }, next: position };
  const range = cut(rest, width, order);
  const direction = order === 'newest' ? sql`DESC` : sql`ASC`;
  const columns = line.needs.map((column) => ({
    as: column,
    expression: sql`stored.${identifier(column)}`,
    needs: [column],
  }));
  const most = Math.min(rowsAtOnce, left);
  // The text is made of the rows that are sent, after copies of an event and what is too much are gone.
  const [row] = await store.rows(
    sql`SELECT count() AS events, arrayStringConcat(groupArray(text)) AS text,
          toString(groupArray(row_time)[-1]) AS last_time, toString(groupArray(row_id)[-1]) AS last_id, toString(groupArray(row_org)[-1]) AS last_org
        FROM (
          SELECT ${line.text} AS text, row_time, row_id, row_org FROM (
            SELECT * FROM ${events.rows({ ...question, range, inLists: true }, columns)}
            WHERE ${after === null ? sql`1` : beyond(after, order)}
            ORDER BY row_time ${direction}, row_id ${direction}, row_org ${direction}
            LIMIT 1 BY row_id, row_org, row_vendor LIMIT ${bind.integer(most)}
          ) AS stored
        )`,
    // One thread keeps the order, and leaves the other cores to those who wait for a page.
    { ...asker, settings: { ...asker.settings, ...line.settings, max_threads: 1 } },
  );
  const count = Number(row?.events ?? 0);
  const lines = { text: String(row?.text ?? ''), events: count };
  if (count < most) {
    const isSparse = count < rowsAtOnce / 2;
    return {
      lines,
      next: {
        rest: without(rest, range),
        after: null,
        width: isSparse ? Math.min(width * 2, longestSlice) : width,
        left: left - count,
      },
    };
  }
  const place: EventPlace = {
    time: Date.parse(`${String(row?.last_time).replace(' ', 'T')}Z`),
    id: String(row?.last_id),
    org: String(row?.last_org),
  };
  return {
    lines,
    next: {
      rest: afterPlace({ range: rest, after: place, order }),
      after: place,
      width: Math.ceil(width / 2),
      left: left - count,
    },
  };
}
