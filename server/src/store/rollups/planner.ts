import type { StoredColumn } from '../vendor';
import type { EventQuestion, Planner } from '../relations/events';
import { isCounted } from '../relations/each-once';
import { projectKey } from '../relations/plan';
import type { Interval, ProjectKey, RawPart, RollupPart } from '../relations/plan';
import { bind, join, sql } from '../sql';
import type { Sql } from '../sql';
import type { Store } from '../store';
import type { ClosedTime, Span, Sum } from './closed-time';
import { grouping, keepsTimes, rollups } from './tables';
import type { Rollup } from './tables';

const quarter = 900_000;
const day = 86_400_000;

/** Finds the cheapest way to a right answer: closed time from the coarsest rollup that fits, the rest raw. */
export class RollupPlanner implements Planner {
  readonly #store: Store;
  readonly #closed: ClosedTime;

  constructor(store: Store, closed: ClosedTime) {
    this.#store = store;
    this.#closed = closed;
  }

  plan(
    question: EventQuestion,
    needs: ReadonlySet<StoredColumn>,
  ): { rollups: RollupPart[]; raw: RawPart[] } {
    const parts: RollupPart[] = [];
    const shared: RawPart[] = [];
    let open: Interval[] = [question.range];
    const spans = this.#closed.spans.filter(
      (span) =>
        (!span.isDirty || span.kept.length > 0) &&
        span.from < question.range.to &&
        question.range.from < span.to,
    );
    for (const rollup of fitting(question, needs)) {
      const sums = canUseSums(rollup, question) ? longest(this.#closed.sums, open) : [];
      const answered =
        rollup.grain === 'day'
          ? [...sums, ...wholeSpans(spans, without(open, sums))]
          : quarterHours(spans, open);
      if (answered.length === 0) continue;
      parts.push({
        table: this.#store.table(rollup.table),
        grouping: (columns) => grouping(rollup, columns),
        condition: rowsOf(answered, rollup),
      });
      shared.push(
        ...answered
          .filter(({ kept }) => kept.length > 0)
          .map(({ from, to, kept }) => ({ from, to, except: kept })),
      );
      open = without(open, answered);
      if (open.length === 0) break;
    }
    return { rollups: parts, raw: [...open, ...shared] };
  }

  /**
   * Up to where the range is closed without a hole, from its beginning. Nothing is known before the
   * first span of all, so a range may begin there.
   */
  closedUntil(range: Interval): number | null {
    let until: number | null = null;
    const [first] = this.#closed.spans;
    for (const span of this.#closed.spans) {
      if (span.to <= range.from || span.from >= range.to) continue;
      if (span.isDirty || (span !== first && span.from > (until ?? range.from))) break;
      until = Math.min(span.to, range.to);
    }
    return until;
  }
}

/** One by day for the middle and one by quarter hour for what is left at the ends, where both fit. */
function fitting(question: EventQuestion, needs: ReadonlySet<StoredColumn>): Rollup[] {
  // Where time is not grouped by, only the ends of the range care how finely it is kept.
  const needsQuarters = question.grain === 'quarter-hour' && question.fields.includes('time');
  const able = rollups.filter(
    (rollup) =>
      [...needs].every((column) => rollup.columns.includes(column)) &&
      keepsTimes(rollup, question.fields),
  );
  const byDay = needsQuarters ? undefined : able.find(({ grain }) => grain === 'day');
  const byQuarter = able.find(({ grain }) => grain === 'quarter-hour');
  return [byDay, byQuarter].filter((rollup) => rollup !== undefined);
}

/** Whether days need not be told apart, and what sums keep of them is enough. */
const canUseSums = ({ sums }: Rollup, { fields }: EventQuestion): boolean =>
  !fields.includes('time') && (sums === 'whole' || (sums === 'keys' && !fields.some(isCounted)));

/** Time that a generation answers; where projects are kept, for those alone. */
interface Piece extends Interval {
  generation: number;
  kept: readonly ProjectKey[];
  isSum: boolean;
}

const isInside = (inner: Interval, open: readonly Interval[]): boolean =>
  open.some(({ from, to }) => from <= inner.from && inner.to <= to);

const wholeSpans = (spans: readonly Span[], open: readonly Interval[]): Piece[] =>
  spans.filter((span) => isInside(span, open)).map((span) => ({ ...span, isSum: false }));

/** Sums that fill open time, the longest first, none inside another. */
function longest(sums: readonly Sum[], open: readonly Interval[]): Piece[] {
  const taken: Piece[] = [];
  for (const sum of [...sums].sort((a, b) => b.to - b.from - (a.to - a.from))) {
    const isTaken = taken.some(({ from, to }) => from < sum.to && sum.from < to);
    if (!isTaken && isInside(sum, open)) taken.push({ ...sum, kept: [], isSum: true });
  }
  return taken;
}

/** The parts of spans that lie in open time, cut to whole quarter hours. */
const quarterHours = (spans: readonly Span[], open: readonly Interval[]): Piece[] =>
  open.flatMap(({ from, to }) =>
    spans
      .map(({ generation, kept, ...span }) => ({
        generation,
        kept,
        isSum: false,
        from: Math.ceil(Math.max(span.from, from) / quarter) * quarter,
        to: Math.floor(Math.min(span.to, to) / quarter) * quarter,
      }))
      .filter((piece) => piece.from < piece.to),
  );

/**
 * Generations name spans, so that where time is kept by day its bounds only say which partitions to look into,
 * and are tried on no row; by quarter hour they cut the first and the last span.
 */
function rowsOf(pieces: readonly Piece[], { grain }: Rollup): Sql {
  const during = (run: readonly Interval[]): Sql => {
    const earliest = Math.min(...run.map(({ from }) => from));
    // The row of an hour in a table by day carries the start of its day.
    const from = grain === 'day' ? Math.floor(earliest / day) * day : earliest;
    const to = Math.max(...run.map((piece) => piece.to));
    return sql`time >= ${bind.instant(from)} AND time < ${bind.instant(to)}`;
  };
  const bounds = (run: readonly Piece[]): Sql =>
    sql`(is_sum = ${run[0]?.isSum ? sql`true` : sql`false`} AND ${during(run)})`;
  const of = (run: readonly Piece[]): Sql =>
    sql`generation IN ${bind.integers(run.map(({ generation }) => generation))}`;
  const whole = pieces.filter(({ kept }) => kept.length === 0);
  const shared = pieces.filter(({ kept }) => kept.length > 0);
  const conditions = [
    ...(whole.length === 0
      ? []
      : grain === 'day'
        ? [sql`${of(whole)} AND indexHint(${join(runsOf(whole).map(bounds), 'or')})`]
        : runsOf(whole).map((run) => sql`${of(run)} AND ${bounds(run)}`)),
    ...shared.map(
      (piece) =>
        sql`${of([piece])} AND ${projectKey(sql`org_id`, sql`stored.project_id`)} IN ${bind.texts(piece.kept)} AND ${bounds([piece])}`,
    ),
  ];
  return sql`(${join(conditions, 'or')})`;
}

/** Neighbours of one kind together, so that days before and after sums leave out what is between them. */
function runsOf(pieces: readonly Piece[]): Piece[][] {
  const runs: Piece[][] = [];
  for (const piece of [...pieces].sort((a, b) => a.from - b.from)) {
    const last = runs.at(-1);
    if (last && last[0]?.isSum === piece.isSum) last.push(piece);
    else runs.push([piece]);
  }
  return runs;
}

/** Open time that the pieces leave over, neighbours joined. */
function without(open: readonly Interval[], pieces: readonly Interval[]): Interval[] {
  const sorted = [...pieces].sort((a, b) => a.from - b.from);
  return open.flatMap((interval) => {
    const left: Interval[] = [];
    let from = interval.from;
    for (const piece of sorted) {
      if (piece.to <= from || piece.from >= interval.to) continue;
      if (piece.from > from) left.push({ from, to: piece.from });
      from = Math.max(from, piece.to);
    }
    if (from < interval.to) left.push({ from, to: interval.to });
    return left;
  });
}
