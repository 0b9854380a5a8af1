import type { EventRange } from '../store/relations/events';

/** Ranges that end this close to now are live: the same answer serves everyone for five seconds. */
const liveStep = 5_000;
const minute = 60_000;
/** Grafana works out the two ends of `now-7d` to `now` one after the other. */
const slack = 20;

/**
 * Viewers of one dashboard share an answer when their ranges are alike, so a live range ends on a
 * whole step. One that is so many minutes, hours or days long slides with its end: it means "the last
 * seven days", and its beginning would differ from one viewer to the next. Any other beginning was
 * named by somebody and stays.
 */
export function liveRange(range: EventRange, now: number): EventRange {
  const isLive = range.to > now - liveStep && range.to <= now + liveStep;
  if (!isLive) return { from: range.from, to: range.to };
  const to = Math.ceil(range.to / liveStep) * liveStep;
  const length = Math.round((range.to - range.from) / minute) * minute;
  const slides = length > 0 && Math.abs(range.to - range.from - length) <= slack;
  return { from: slides ? to - length : range.from, to };
}
