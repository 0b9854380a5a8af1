import { badParameter } from '../failure';
import { parseInstant } from '../time/instant';

/** Epoch milliseconds, half-open. */
export interface Range {
  from: number;
  to: number;
}

/**
 * The range of `from` and `to`: ISO 8601, epoch milliseconds, or relative to now as Grafana writes it.
 * Null where neither is given. @throws Failure naming the field.
 */
export function parseRange(
  from: string | undefined,
  to: string | undefined,
  now: number,
): Range | null {
  if (from === undefined && to === undefined) return null;
  if (from === undefined)
    throw badParameter('from', 'from is missing: to alone does not say where the range begins.');
  const range = {
    from: parseInstant('from', from, now),
    to: to === undefined ? now : parseInstant('to', to, now),
  };
  if (range.from >= range.to) throw badParameter('from', 'from must be before to.');
  return range;
}
