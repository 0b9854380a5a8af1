import type { CellValue } from '../decode';
import { anything, bind, sql } from '../sql';
import type { Sql } from '../sql';
import type { Asker, Store } from '../store';
import type { EventColumn, EventQuestion, EventRange, Events } from './events';

export type EventOrder = 'newest' | 'oldest';

/** An event's place in the order of time; the one that a page ends with begins the next. */
export interface EventPlace {
  /** Epoch milliseconds. */
  time: number;
  id: string;
  org: string;
}

export interface EventPageQuestion extends Pick<
  EventQuestion,
  'range' | 'scope' | 'filters' | 'only'
> {
  order: EventOrder;
  /** The place that the page before this one ended with. */
  after: EventPlace | null;
  limit: number;
  columns: readonly EventColumn[];
}

export type EventRow = Record<string, CellValue>;

export interface EventPage {
  rows: EventRow[];
  /** Where to go on; null where the range has nothing more. */
  next: EventPlace | null;
  /** How far the search came when its time was over; null where it came to the end of its page. */
  searchedTo: number | null;
}

/** How long a search may go on to look for more, beyond the statement it is at. */
const patienceMs = 8_000;
const firstSlice = 24 * 3_600_000;
/** By how much a slice is longer than the one before at most: few found events tell little of how many there are. */
const growth = 64;
/** Slices are cut somewhat longer than what was found so far makes likely, since days differ. */
const margin = 1.5;
/** A slice that took longer is not followed by a longer one. */
const slowMs = 700;
/** How many more rows are asked for than events are wanted, as some come twice. */
const someCopies = 1.25;

/**
 * A page of single events in the order of time, each once. Time is looked through in slices, the
 * nearest first and each longer than the one before, so that a common filter reads a few hours of
 * events and a rare one reads everything once.
 */
export async function eventPage(
  store: Store,
  events: Events,
  question: EventPageQuestion,
  asker: Asker,
): Promise<EventPage> {
  const deadline = performance.now() + patienceMs;
  const found: EventRow[] = [];
  let rest: EventRange | null = afterPlace(question);
  let width = firstSlice;
  let searched = 0;
  while (rest !== null && found.length <= question.limit) {
    const slice: EventRange = cut(rest, width, question.order);
    const started = performance.now();
    found.push(...(await findIn(store, events, question, slice, found.length, asker)));
    rest = without(rest, slice);
    searched += slice.to - slice.from;
    const needed = (searched * (question.limit + 1 - found.length) * margin) / found.length;
    if (performance.now() - started < slowMs) {
      width = Math.max(Math.min(needed, width * growth), firstSlice);
    }
    if (performance.now() > deadline) break;
  }
  const rows = found.slice(0, question.limit);
  const last = rows.at(-1);
  if (found.length > question.limit && last) {
    return { rows, next: placeOf(last), searchedTo: null };
  }
  if (rest === null) return { rows, next: null, searchedTo: null };
  const { next, searchedTo } = edge(rest, question.order);
  return { rows, next, searchedTo };
}

async function findIn(
  store: Store,
  events: Events,
  { order, after, columns, ...question }: EventPageQuestion,
  range: EventRange,
  already: number,
  asker: Asker,
): Promise<EventRow[]> {
  const wanted = question.limit + 1 - already;
  // Copies take places too; where they leave too few, more are asked for.
  for (let limit = Math.ceil(wanted * someCopies); ; limit *= 4) {
    const first = { order, limit, beyond: after === null ? anything : beyond(after, order) };
    const rows = await store.rows(
      sql`SELECT * FROM ${events.firstRows({ ...question, range, inLists: true }, columns, first)}`,
      asker,
    );
    const distinct = withoutCopies(rows);
    if (distinct.length >= wanted || rows.length < limit) return distinct;
  }
}

export function beyond({ time, id, org }: EventPlace, order: EventOrder): Sql {
  const at = bind.instant(time);
  const place = sql`(${bind.uuid(id)}, ${bind.uuid(org)})`;
  return order === 'newest'
    ? sql`(row_time < ${at} OR (row_time = ${at} AND (row_id, row_org) < ${place}))`
    : sql`(row_time > ${at} OR (row_time = ${at} AND (row_id, row_org) > ${place}))`;
}

const placeOf = (row: EventRow): EventPlace => ({
  time: Date.parse(String(row.row_time)),
  id: String(row.row_id),
  org: String(row.row_org),
});

const identityOf = (row: EventRow): string => [row.row_id, row.row_org, row.row_vendor].join(' ');

/** Copies of an event have one time, so they stand side by side, and are equal: any of them will do. */
const withoutCopies = (rows: readonly EventRow[]): EventRow[] => [
  ...new Map(rows.map((row) => [identityOf(row), row])).values(),
];

/** What is left of the range beyond the last page's end; null where nothing is. */
export function afterPlace({
  range,
  after,
  order,
}: Pick<EventPageQuestion, 'range' | 'after' | 'order'>): EventRange | null {
  const rest =
    after === null
      ? range
      : order === 'newest'
        ? { from: range.from, to: Math.min(range.to, after.time + 1) }
        : { from: Math.max(range.from, after.time), to: range.to };
  return rest.from < rest.to ? rest : null;
}

export const cut = ({ from, to }: EventRange, width: number, order: EventOrder): EventRange =>
  order === 'newest'
    ? { from: Math.max(from, to - width), to }
    : { from, to: Math.min(to, from + width) };

export function without(rest: EventRange, slice: EventRange): EventRange | null {
  const left =
    slice.to === rest.to ? { from: rest.from, to: slice.from } : { from: slice.to, to: rest.to };
  return left.from < left.to ? left : null;
}

/** The place before everything that was not looked through. */
function edge(
  { from, to }: EventRange,
  order: EventOrder,
): { next: EventPlace; searchedTo: number } {
  return order === 'newest'
    ? { next: { time: to, id: lowest, org: lowest }, searchedTo: to }
    : { next: { time: from - 1, id: highest, org: highest }, searchedTo: from };
}

const lowest = '00000000-0000-0000-0000-000000000000';
const highest = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
