import type { EventRange } from '../store/relations/events';

/** Ranges that end this close to now are live: the same answer serves everyone for five seconds. */
const liveStep = 5_000;

/** Viewers of one dashboard share an answer when their ranges end alike. */
export function liveRange(range: EventRange, now: number): EventRange {
  const isLive = range.to > now - liveStep && range.to <= now + liveStep;
  const to = isLive ? Math.ceil(range.to / liveStep) * liveStep : range.to;
  return { from: range.from, to };
}
