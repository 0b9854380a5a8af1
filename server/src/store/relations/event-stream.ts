import { bind, sql } from '../sql';
import type { Asker, Store } from '../store';
import { afterPlace, beyond, cut, without } from './event-pages';
import type { EventPageQuestion, EventPlace, EventRow } from './event-pages';
import type { EventRange, Events } from './events';

/** Rows of a statement: the engine gives an answer whole, so this is what memory holds. */
const rowsAtOnce = 10_000;
const firstSlice = 3_600_000;
const longestSlice = 64 * 86_400_000;

type Question = Omit<EventPageQuestion, 'limit' | 'after'>;

interface Position {
  rest: EventRange | null;
  after: EventPlace | null;
  width: number;
}

/**
 * Every event of the range in the order of time, each once, some thousand at a time; the next are read
 * while the caller is busy with those before. Slices of time are as long as fills a statement.
 */
export async function* eventStream(
  store: Store,
  events: Events,
  question: Question,
  asker: Asker,
): AsyncGenerator<EventRow[]> {
  let position: Position = {
    rest: afterPlace({ ...question, after: null }),
    after: null,
    width: firstSlice,
  };
  let reading = readSlice(store, events, question, position, asker);
  while (position.rest !== null) {
    const { rows, next } = await reading;
    position = next;
    reading = readSlice(store, events, question, position, asker);
    // Whoever leaves in between must not leave a failure behind that nobody awaits.
    reading.catch(() => undefined);
    if (rows.length > 0) yield rows;
  }
}

async function readSlice(
  store: Store,
  events: Events,
  { order, ...question }: Question,
  position: Position,
  asker: Asker,
): Promise<{ rows: EventRow[]; next: Position }> {
  const { rest, after, width } = position;
  if (rest === null) return { rows: [], next: position };
  const range = cut(rest, width, order);
  const direction = order === 'newest' ? sql`DESC` : sql`ASC`;
  const copies = await store.rows(
    sql`SELECT * FROM ${events.rows({ ...question, range, inLists: true }, question.columns)}
        WHERE ${after === null ? sql`1` : beyond(after, order)}
        ORDER BY row_time ${direction}, row_id ${direction}, row_org ${direction} LIMIT ${bind.integer(rowsAtOnce)}`,
    asker,
  );
  const rows = eachOnce(copies);
  const last = copies.at(-1);
  if (copies.length < rowsAtOnce || last === undefined) {
    const isSparse = copies.length < rowsAtOnce / 2;
    return {
      rows,
      next: {
        rest: without(rest, range),
        after: null,
        width: isSparse ? Math.min(width * 2, longestSlice) : width,
      },
    };
  }
  const place: EventPlace = {
    time: Date.parse(String(last.row_time)),
    id: String(last.row_id),
    org: String(last.row_org),
  };
  return {
    rows,
    next: {
      rest: afterPlace({ range: rest, after: place, order }),
      after: place,
      width: Math.ceil(width / 2),
    },
  };
}

/** Copies of an event stand side by side. */
const eachOnce = (rows: readonly EventRow[]): EventRow[] =>
  rows.filter((row, index) => {
    const before = rows[index - 1];
    return (
      before === undefined ||
      before.row_id !== row.row_id ||
      before.row_org !== row.row_org ||
      before.row_vendor !== row.row_vendor
    );
  });
