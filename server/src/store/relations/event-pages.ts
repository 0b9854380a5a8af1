import type { CellValue } from '../decode';
import { bind, sql } from '../sql';
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

/** Found events from which a density can be told. */
const enoughToTell = 10;
/** How long a search may go on to look for more, beyond the statement it is at. */
const patienceMs = 8_000;
const firstSlice = 6 * 3_600_000;
/** By how much a slice is longer than the one before, where that had too little to tell how much is needed. */
const growth = 64;
/** Slices are cut somewhat longer than what was found so far makes likely, since days differ. */
const margin = 1.5;
/** A slice that took longer is not followed by a longer one. */
const slowMs = 700;

interface Found {
  place: EventPlace;
  exact: string;
  project: string;
  vendor: string;
}

/**
 * A page of single events in the order of time, each once. Time is looked through in slices, the
 * nearest first and each longer than the one before, so that a common filter reads a few hours of
 * events and a rare one reads everything once. Only the names of events are sorted; what the page
 * shows is read for its own rows.
 */
export async function eventPage(
  store: Store,
  events: Events,
  question: EventPageQuestion,
  asker: Asker,
): Promise<EventPage> {
  const deadline = performance.now() + patienceMs;
  const found: Found[] = [];
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
      width = found.length < enoughToTell ? width * growth : Math.max(needed, firstSlice);
    }
    if (performance.now() > deadline) break;
  }
  const page = found.slice(0, question.limit);
  const rows = await rowsOf(store, events, question, page, asker);
  const last = page.at(-1)?.place ?? null;
  if (found.length > question.limit) return { rows, next: last, searchedTo: null };
  if (rest === null) return { rows, next: null, searchedTo: null };
  const { next, searchedTo } = edge(rest, question.order);
  return { rows, next, searchedTo };
}

async function findIn(
  store: Store,
  events: Events,
  question: EventPageQuestion,
  range: EventRange,
  already: number,
  asker: Asker,
): Promise<Found[]> {
  const wanted = question.limit + 1 - already;
  // Copies take places too; where they leave too few, more are asked for.
  for (let places = wanted * 2; ; places *= 4) {
    const rows = await store.rows(names(events, question, range, places), asker);
    const distinct = withoutCopies(rows.map(foundOf));
    if (distinct.length >= wanted || rows.length < places) return distinct;
  }
}

function names(
  events: Events,
  { order, after, ...question }: EventPageQuestion,
  range: EventRange,
  places: number,
): Sql {
  const rows = events.rows({ ...question, range, inLists: true }, [
    { as: 'row_project', expression: sql`stored.project_id`, needs: ['project_id'] },
  ]);
  const direction = order === 'newest' ? sql`DESC` : sql`ASC`;
  return sql`
    SELECT row_time, row_id, row_org, row_vendor, row_exact, row_project FROM ${rows}
    WHERE ${after === null ? sql`1` : beyond(after, order)}
    ORDER BY row_time ${direction}, row_id ${direction}, row_org ${direction} LIMIT ${bind.integer(places)}`;
}

export function beyond({ time, id, org }: EventPlace, order: EventOrder): Sql {
  const at = bind.instant(time);
  const place = sql`(${bind.uuid(id)}, ${bind.uuid(org)})`;
  return order === 'newest'
    ? sql`(row_time < ${at} OR (row_time = ${at} AND (row_id, row_org) < ${place}))`
    : sql`(row_time > ${at} OR (row_time = ${at} AND (row_id, row_org) > ${place}))`;
}

const foundOf = (row: EventRow): Found => ({
  place: {
    time: Date.parse(String(row.row_time)),
    id: String(row.row_id),
    org: String(row.row_org),
  },
  exact: String(row.row_exact),
  project: String(row.row_project),
  vendor: String(row.row_vendor),
});

const identityOf = ({ place, vendor }: Pick<Found, 'place' | 'vendor'>): string =>
  [place.id, place.org, vendor].join(' ');

/** Copies of an event have one time, so they stand side by side. */
const withoutCopies = (found: readonly Found[]): Found[] => [
  ...new Map(found.map((each) => [identityOf(each), each])).values(),
];

/** The rows of the named events, in their order; exact times and projects lead to the primary key. */
async function rowsOf(
  store: Store,
  events: Events,
  { scope, columns }: EventPageQuestion,
  page: readonly Found[],
  asker: Asker,
): Promise<EventRow[]> {
  if (page.length === 0) return [];
  const times = page.map(({ place }) => place.time);
  const range = { from: Math.min(...times), to: Math.max(...times) + 1 };
  const texts = (of: (found: Found) => string): Sql => bind.texts(page.map(of));
  const exact = texts((found) => found.exact);
  // Together and in the order of the primary key: one after another they would lead to every day of every project.
  // The time once more by itself, as it tells most rows of a granule apart in less time.
  const named = {
    condition: sql`event_time IN (SELECT toDateTime64(arrayJoin(${exact}), 6, 'UTC'))
      AND (stored.org_id, stored.project_id, event_time) IN (
        SELECT toUUID(name.1), name.2, toDateTime64(name.3, 6, 'UTC')
        FROM (SELECT arrayJoin(arrayZip(${texts(({ place }) => place.org)}, ${texts(({ project }) => project)}, ${exact})) AS name))
      AND stored.id IN (SELECT toUUID(arrayJoin(${texts(({ place }) => place.id)})))`,
    needs: ['project_id'] as const,
  };
  const rows = await store.rows(
    sql`SELECT * FROM ${events.rows({ range, scope, filters: [], only: [named] }, columns)}`,
    // The primary key leads to them; looking into indexes beside it took a third of the time.
    { ...asker, settings: { ...asker.settings, use_skip_indexes: 0 } },
  );
  // Copies of an event are equal: any of them will do.
  const byIdentity = new Map(
    rows.map((row) => [[row.row_id, row.row_org, row.row_vendor].join(' '), row]),
  );
  return page.flatMap((found) => {
    const row = byIdentity.get(identityOf(found));
    return row === undefined ? [] : [row];
  });
}

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
