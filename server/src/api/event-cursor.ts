import { z } from 'zod';
import { badParameter } from '../failure';
import type { EventPlace } from '../store/relations/event-pages';

const placeSchema = z.object({
  time: z
    .number()
    .int()
    .nonnegative()
    .max(Date.UTC(2200, 0, 1)),
  id: z.guid(),
  org: z.guid(),
});

/** Where a page ended, as text that only this server reads. */
export const cursorOf = (place: EventPlace): string =>
  Buffer.from(JSON.stringify(place)).toString('base64url');

/** @throws Failure naming `cursor`. */
export function placeOf(cursor: string): EventPlace {
  try {
    return placeSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch {
    throw badParameter(
      'cursor',
      'cursor must be the next_cursor of the page before; leave it out to begin at the first.',
    );
  }
}
