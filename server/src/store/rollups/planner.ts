import type { StoredColumn } from '../../sources/vendor';
import type { EventQuestion, Planner } from '../relations/events';
import type { Interval, RollupPart } from '../relations/plan';
import { bind, sql } from '../sql';
import type { Sql } from '../sql';
import type { Store } from '../store';
import type { ClosedTime, Span } from './closed-time';
import { rollups } from './tables';
import type { Rollup } from './tables';

const quarter = 900_000;

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
  ): { rollups: RollupPart[]; raw: Interval[] } {
    const parts: RollupPart[] = [];
    let open: Interval[] = [question.range];
    const spans = this.#closed.spans.filter(
      (span) => !span.isDirty && span.from < question.range.to && question.range.from < span.to,
    );
    for (const rollup of fitting(question, needs)) {
      const answered = rollup.grain === 'day' ? wholeSpans(spans, open) : quarterHours(spans, open);
      if (answered.length === 0) continue;
      parts.push({
        table: this.#store.table(rollup.table),
        condition: inGenerations(answered),
      });
      open = without(open, answered);
      if (open.length === 0) break;
    }
    return { rollups: parts, raw: open };
  }

  /** Up to where the range is closed without a hole, from its beginning. */
  closedUntil(range: Interval): number | null {
    let until: number | null = null;
    for (const span of this.#closed.spans) {
      if (span.to <= range.from || span.from >= range.to) continue;
      if (span.isDirty || (until !== null && span.from > until)) break;
      until = Math.min(span.to, range.to);
    }
    return until;
  }
}

/** One by day for the middle and one by quarter hour for what is left at the ends, where both fit. */
function fitting(question: EventQuestion, needs: ReadonlySet<StoredColumn>): Rollup[] {
  // Where time is not grouped by, only the ends of the range care how finely it is kept.
  const needsQuarters = question.grain === 'quarter-hour' && question.fields.includes('time');
  const able = rollups.filter((rollup) =>
    [...needs].every((column) => rollup.columns.includes(column)),
  );
  const byDay =
    needsQuarters ? undefined : able.find(({ grain }) => grain === 'day');
  const byQuarter = able.find(({ grain }) => grain === 'quarter-hour');
  return [byDay, byQuarter].filter((rollup) => rollup !== undefined);
}

interface Piece extends Interval {
  generation: number;
}

const wholeSpans = (spans: readonly Span[], open: readonly Interval[]): Piece[] =>
  spans.filter((span) => open.some(({ from, to }) => from <= span.from && span.to <= to));

/** The parts of spans that lie in open time, cut to whole quarter hours. */
const quarterHours = (spans: readonly Span[], open: readonly Interval[]): Piece[] =>
  open.flatMap(({ from, to }) =>
    spans
      .map((span) => ({
        generation: span.generation,
        from: Math.ceil(Math.max(span.from, from) / quarter) * quarter,
        to: Math.floor(Math.min(span.to, to) / quarter) * quarter,
      }))
      .filter((piece) => piece.from < piece.to),
  );

function inGenerations(pieces: readonly Piece[]): Sql {
  const generations = bind.integers(pieces.map(({ generation }) => generation));
  const from = Math.min(...pieces.map((piece) => piece.from));
  const to = Math.max(...pieces.map((piece) => piece.to));
  // Generations name spans; the bounds cut the first and the last of them, and prune months.
  return sql`generation IN ${generations} AND time >= ${bind.instant(from)} AND time < ${bind.instant(to)}`;
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
