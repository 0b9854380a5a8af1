import { badParameter } from '../failure';
import type { AsOf } from '../store/relations/inventory';
import { parseInstant } from '../time/instant';
import { liveRange } from './live-range';
import { instant } from './params';

/** The parameter of every insight about posture; run.ts works out the moment it means. */
export const asOfParam = instant(
  'As of',
  'The moment to answer for, which cannot be in the future; now when not given',
);

/**
 * The moment that a query is about: now, snapped as live ranges are, unless it names another one.
 * @throws Failure naming `as_of` where that is no time, or has not come yet.
 */
export function asOfMoment(text: string | undefined, now: number): AsOf {
  if (text === undefined) return { instant: snapped(now, now), isNow: true };
  const asked = parseInstant('as_of', text, now);
  const moment = snapped(asked, now);
  // What a clock that runs a little fast calls now is now.
  if (moment > snapped(now, now)) {
    throw badParameter(
      'as_of',
      `as_of must not be in the future, and ${new Date(asked).toISOString()} is: leave it out to ask for now.`,
    );
  }
  return { instant: moment, isNow: moment === snapped(now, now) };
}

const snapped = (to: number, now: number): number => liveRange({ from: 0, to }, now).to;
