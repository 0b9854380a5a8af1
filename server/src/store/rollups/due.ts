import type { Interval } from '../relations/plan';
import type { Span, Sum } from './closed-time';

const hour = 3_600_000;
const day = 24 * hour;
/** Events arrive some seconds after they happened; a span that closes too early is only counted twice. */
const hourGrace = 2 * 60_000;
const dayGrace = hour;

/**
 * Days in a sum. A month of days is four or five of the short ones, and a late event costs one of each to
 * add up anew; the long ones spare a year another two thirds of its rows. The times of a row are 32 bits of
 * milliseconds after the start of its sum, which is 49 days.
 */
const daysOfSums = [32, 8];

/** A span to close, and how. */
export interface Due extends Interval {
  /** The hours whose counts only have to be added up; null where events have to be counted. */
  hours: readonly Span[] | null;
}

/**
 * What can be closed now, newest first. A day is closed by the hour while it lasts and its hours are
 * added up once it is over. A day of which no hour was closed, such as one that was imported, is
 * counted at once. A day that is closed stays a day, wherever the clock goes.
 */
export function* dueSpans(spans: readonly Span[], first: number, now: number): Generator<Due> {
  const firstDay = Math.floor(first / day) * day;
  const hoursEnd = Math.floor((now - hourGrace) / hour) * hour;
  const daysEnd = Math.floor((now - dayGrace) / day) * day;
  const byDay = new Map<number, Span[]>();
  for (const span of spans) {
    const start = Math.floor(span.from / day) * day;
    byDay.set(start, [...(byDay.get(start) ?? []), span]);
  }
  for (let from = Math.floor((hoursEnd - 1) / day) * day; from >= firstDay; from -= day) {
    const to = from + day;
    const isOver = to <= daysEnd;
    const inside = byDay.get(from) ?? [];
    const [only] = inside;
    if (only && only.to - only.from === day) {
      if (only.isDirty && isOver) yield { from, to, hours: null };
      continue;
    }
    if (isOver && inside.length === 0) {
      yield { from, to, hours: null };
      continue;
    }
    const clean = new Map(
      inside.filter(({ isDirty }) => !isDirty).map((span) => [span.from, span]),
    );
    if (isOver && clean.size === day / hour) {
      yield { from, to, hours: [...clean.values()] };
      continue;
    }
    for (let start = Math.min(to, hoursEnd) - hour; start >= from; start -= hour) {
      if (!clean.has(start)) yield { from: start, to: start + hour, hours: null };
    }
  }
}

/** Whole stretches of closed days that no sum holds: the short ones first, and of each kind the newest. */
export function dueSums(spans: readonly Span[], sums: readonly Sum[]): Omit<Sum, 'generation'>[] {
  const days = spans.filter((span) => !span.isDirty && span.to - span.from === day);
  return [...daysOfSums].reverse().flatMap((count) => {
    const length = count * day;
    const summed = new Set(
      sums.filter(({ from, to }) => to - from === length).map(({ from }) => from),
    );
    const byStart = new Map<number, Span[]>();
    for (const span of days) {
      const start = Math.floor(span.from / length) * length;
      if (!summed.has(start)) byStart.set(start, [...(byStart.get(start) ?? []), span]);
    }
    return [...byStart]
      .filter(([, inside]) => inside.length === count)
      .map(([from, inside]) => ({
        from,
        to: from + length,
        of: inside.map(({ generation }) => generation),
      }))
      .sort((a, b) => b.from - a.from);
  });
}
