import type { Row } from '../contract';
import type { CalendarEvent } from './calendar-events';
import { dayAfter, dayOf, dayText, weekdaysFrom, weeksOf } from './calendar-month';
import type { CalendarDay, WeekStart, Weekday } from './calendar-month';

interface Grid {
  /** The first day of the month. */
  month: CalendarDay;
  zone: string;
  weekStarts: WeekStart;
  now: number;
}

/** By these first characters a table colours its cells. */
const marks: Readonly<Record<string, string>> = { rotation: '↻', reminder: '◷' };

const pillOf = ({ row: { kind, title } }: CalendarEvent): string =>
  `${marks[String(kind)] ?? ''} ${String(title)}`;

interface ChosenCell {
  week: string | undefined;
  weekday: Weekday | 'any';
  week_starts: WeekStart;
  cell: string | undefined;
}

/** Events that a cell of the grid stands for: one, or those of its whole day where its text names none. */
export function eventsOfCell(
  events: readonly CalendarEvent[],
  { week, weekday, week_starts: starts, cell = '' }: ChosenCell,
  zone: string,
): CalendarEvent[] {
  if (week === undefined || weekday === 'any') return [...events];
  const chosen = dayText(dayAfter(week, weekdaysFrom(starts).indexOf(weekday)));
  const ofDay = events.filter(({ at }) => dayText(dayOf(zone, at)) === chosen);
  const named = ofDay.filter((event) => pillOf(event) === cell);
  return named.length > 0 ? named : ofDay;
}

/**
 * A month as a table of texts, three rows a week: the day, its first event, and its second one or how
 * many more there are. Days of other months are blank.
 */
export function calendarGrid(
  events: readonly CalendarEvent[],
  { month, zone, weekStarts, now }: Grid,
): Row[] {
  const today = dayText(dayOf(zone, now));
  const byDay = new Map<string, string[]>();
  for (const event of events) {
    const key = dayText(dayOf(zone, event.at));
    byDay.set(key, [...(byDay.get(key) ?? []), pillOf(event)]);
  }
  const names = weekdaysFrom(weekStarts);
  return weeksOf(month, weekStarts).flatMap((days) => {
    const [firstDay] = days;
    const cells = days.map((each) => cellsOf(each, month, byDay.get(dayText(each)) ?? [], today));
    return [0, 1, 2].map((line) => ({
      ...Object.fromEntries(names.map((name, index) => [name, cells[index]?.[line] ?? ''])),
      week: firstDay ? dayText(firstDay) : null,
    }));
  });
}

function cellsOf(
  each: CalendarDay,
  { month }: CalendarDay,
  pills: readonly string[],
  today: string,
): string[] {
  if (each.month !== month) return ['', '', ''];
  const [first = '', second = ''] = pills;
  const number = dayText(each) === today ? `● ${each.day}` : String(each.day);
  return [number, first, pills.length > 2 ? `+${pills.length - 1} more` : second];
}
