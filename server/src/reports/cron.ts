import { badParameter } from '../failure';

/** The times of a cron expression, in the wall clock of some zone. */
export interface CronTimes {
  minutes: readonly number[];
  hours: readonly number[];
  matchesDay: (day: { year: number; month: number; day: number }) => boolean;
}

interface Field {
  name: string;
  min: number;
  max: number;
  names?: readonly string[];
}

const months = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const weekdays = 'sun mon tue wed thu fri sat'.split(' ');

const fields = {
  minute: { name: 'minute', min: 0, max: 59 },
  hour: { name: 'hour', min: 0, max: 23 },
  day: { name: 'day of the month', min: 1, max: 31 },
  month: { name: 'month', min: 1, max: 12, names: months },
  // 7 is Sunday too.
  weekday: { name: 'day of the week', min: 0, max: 7, names: weekdays },
} as const satisfies Record<string, Field>;

const allowed =
  'cron must have five fields: minute, hour, day of the month (or L for the last), month, day of the week, such as 0 7 * * mon-fri';

/** @throws Failure naming the field and what is allowed. */
export function parseCron(expression: string): CronTimes {
  const parts = expression.trim().toLowerCase().split(/\s+/);
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = parts;
  if (parts.length !== 5) throw badParameter('cron', `${allowed}, not '${expression}'.`);
  const wantsLast = day.split(',').includes('l');
  const otherDays = day.split(',').filter((each) => each !== 'l');
  const days = new Set(otherDays.length > 0 ? valuesOf(otherDays.join(','), fields.day) : []);
  const monthSet = new Set(valuesOf(month, fields.month));
  const weekdaySet = new Set(valuesOf(weekday, fields.weekday).map((value) => value % 7));
  const anyDay = day === '*';
  const anyWeekday = weekday === '*';
  return {
    minutes: valuesOf(minute, fields.minute),
    hours: valuesOf(hour, fields.hour),
    matchesDay: (date) => {
      if (!monthSet.has(date.month)) return false;
      const isDay = days.has(date.day) || (wantsLast && date.day === lastDayOf(date));
      const isWeekday = weekdaySet.has(weekdayOf(date));
      // As every cron does: where both are named, either will do.
      if (anyDay) return isWeekday;
      return anyWeekday ? isDay : isDay || isWeekday;
    },
  };
}

/** `1-5`, `0`, `mon,thu` or steps of 15, ascending. */
function valuesOf(text: string, field: Field): number[] {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const match = /^(?:(\*)|([a-z\d]+)(?:-([a-z\d]+))?)(?:\/(\d{1,2}))?$/.exec(part);
    const [, star, first, last, stepText] = match ?? [];
    const step = stepText === undefined ? 1 : Number(stepText);
    const from = star ? field.min : valueOf(first, field);
    const open = star !== undefined || (stepText !== undefined && last === undefined);
    const to = open ? field.max : last === undefined ? from : valueOf(last, field);
    if (!match || from === null || to === null || from > to || step < 1) {
      throw badParameter('cron', `${allowed}; '${part}' is no ${field.name}.`);
    }
    for (let value = from; value <= to; value += step) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}

function valueOf(text: string | undefined, { min, max, names }: Field): number | null {
  const named = names?.indexOf(text ?? '') ?? -1;
  if (named >= 0) return named + min;
  const value = /^\d{1,2}$/.test(text ?? '') ? Number(text) : NaN;
  return value >= min && value <= max ? value : null;
}

interface Day {
  year: number;
  month: number;
  day: number;
}

const lastDayOf = ({ year, month }: Day): number => new Date(Date.UTC(year, month, 0)).getUTCDate();

/** 0 is Sunday. */
export const weekdayOf = ({ year, month, day }: Day): number =>
  new Date(Date.UTC(year, month - 1, day)).getUTCDay();
