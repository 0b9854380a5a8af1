import { instantOf, localTimeAt } from '../time/zoned-time';

/** A day of a calendar; `month` is 1 to 12. */
export interface CalendarDay {
  year: number;
  month: number;
  day: number;
}

export const monthForm = /^(?:19[7-9]\d|20\d\d|21\d\d)-(?:0[1-9]|1[0-2])$/;

export const dateForm = /^(?:19[7-9]\d|20\d\d|21\d\d)-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;

const two = (number: number): string => String(number).padStart(2, '0');
export const dayText = ({ year, month, day }: CalendarDay): string =>
  `${year}-${two(month)}-${two(day)}`;

export const monthText = (day: CalendarDay): string => dayText(day).slice(0, 7);

/** The day that a text such as `2026-03-16` names, some days later. */
export function dayAfter(text: string, days: number): CalendarDay {
  const [year = NaN, month = NaN, day = NaN] = text.split('-').map(Number);
  const date = new Date(Date.UTC(year, month - 1, day + days));
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/** The day on which an instant falls in a zone. */
export function dayOf(zone: string, instant: number): CalendarDay {
  const { year, month, day } = localTimeAt(zone, instant);
  return { year, month, day };
}

/** The first day of the month that a text such as `2026-03` names; of the month of now without one. */
export function firstDayOf(text: string | undefined, zone: string, now: number): CalendarDay {
  if (text === undefined) return { ...dayOf(zone, now), day: 1 };
  const [year = NaN, month = NaN] = text.split('-').map(Number);
  return { year, month, day: 1 };
}

/** Months later, the first day of it. */
export function addMonths({ year, month }: CalendarDay, months: number): CalendarDay {
  const date = new Date(Date.UTC(year, month - 1 + months, 1));
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: 1 };
}

/** The first instant of a day in a zone, which is not always midnight. */
export const startOfDay = (zone: string, day: CalendarDay): number =>
  instantOf(zone, { ...day, hour: 0, minute: 0 });

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof weekdays)[number];
export const weekStarts = ['monday', 'sunday'] as const;
export type WeekStart = (typeof weekStarts)[number];

/** The days of a week in their order. */
export const weekdaysFrom = (start: WeekStart): readonly Weekday[] =>
  start === 'monday' ? weekdays : ['sun', ...weekdays.slice(0, 6)];

/** The weeks that a month touches, each with its seven days. */
export function weeksOf(first: CalendarDay, start: WeekStart): CalendarDay[][] {
  const begin = new Date(Date.UTC(first.year, first.month - 1, 1));
  const sinceMonday = (begin.getUTCDay() + 6) % 7;
  const lead = start === 'monday' ? sinceMonday : begin.getUTCDay();
  const length = new Date(Date.UTC(first.year, first.month, 0)).getUTCDate();
  const weeks = Math.ceil((lead + length) / 7);
  return Array.from({ length: weeks }, (_, week) =>
    Array.from({ length: 7 }, (__, weekday) => {
      const date = new Date(Date.UTC(first.year, first.month - 1, 1 - lead + week * 7 + weekday));
      return {
        year: date.getUTCFullYear(),
        month: date.getUTCMonth() + 1,
        day: date.getUTCDate(),
      };
    }),
  );
}
