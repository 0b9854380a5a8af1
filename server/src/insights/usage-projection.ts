/** A value at an instant, in epoch milliseconds. */
export interface Point {
  at: number;
  value: number;
}

const day = 86_400_000;
/** A line through less time than this says nothing. */
const leastSpan = 7 * day;

/** A straight line by least squares; null where the points span too little time. */
export function trend(points: readonly Point[]): ((at: number) => number) | null {
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last || last.at - first.at < leastSpan) return null;
  // Counted from the first point, or the squares of instants would lose digits.
  const meanAt = mean(points.map(({ at }) => at - first.at));
  const meanValue = mean(points.map(({ value }) => value));
  let along = 0;
  let across = 0;
  for (const { at, value } of points) {
    const distance = at - first.at - meanAt;
    along += distance * distance;
    across += distance * (value - meanValue);
  }
  const slope = across / along;
  return (at) => meanValue + slope * (at - first.at - meanAt);
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** When a line that rises gets to a limit; null where it does not rise. */
export function reaches(line: (at: number) => number, limit: number, from: number): number | null {
  const slope = line(from + day) - line(from);
  return slope <= 0 ? null : from + ((limit - line(from)) / slope) * day;
}

/** Beginnings of the UTC months after an instant. */
export const monthsAfter = (at: number, count: number): number[] => {
  const date = new Date(at);
  return Array.from({ length: count }, (_, index) =>
    Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1 + index, 1),
  );
};

/** The same day and time one month earlier; the last day of it where it has no such day. */
export function monthBefore(at: number): number {
  const date = new Date(at);
  const target = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - 1, 1);
  const days = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 0)).getUTCDate();
  return target + (Math.min(date.getUTCDate(), days) - 1) * day + (at % day);
}
