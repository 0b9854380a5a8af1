import ical, { ICalEventRepeatingFreq, ICalEventTransparency } from 'ical-generator';
import type { Entry } from './entries';

interface CalendarFile {
  name: string;
  description: string;
  entries: readonly Entry[];
  /** Epoch milliseconds. */
  now: number;
}

/** An iCalendar file (RFC 5545). */
export function icsOf({ name, description, entries, now }: CalendarFile): string {
  const calendar = ical({
    // The library escapes the texts of events and not those of the calendar.
    name: escaped(name),
    description: escaped(description),
    prodId: { company: 'secret-insights', product: 'secret-insights', language: 'EN' },
    ttl: 3_600,
  });
  for (const { uid, start, isAllDay, summary, description: where, link, repeats } of entries) {
    calendar.createEvent({
      id: uid,
      stamp: new Date(now),
      start: new Date(start),
      allDay: isAllDay,
      summary,
      description: where,
      ...(link !== null && { url: link }),
      // Nobody is busy because a rotation runs.
      transparency: ICalEventTransparency.TRANSPARENT,
      // By number and not by an end: the library writes an end as a time, which an all-day rule must not have.
      ...(repeats && {
        repeating: {
          freq: ICalEventRepeatingFreq.DAILY,
          interval: repeats.days,
          count: repeats.times,
        },
      }),
    });
  }
  return calendar.toString();
}

const escaped = (text: string): string =>
  text.replace(/[\\;,]/g, (character) => `\\${character}`).replace(/\r\n|\r|\n/g, '\\n');
