import { bind, sql } from '../store/sql';
import { asOfParam } from './as-of';
import { calendarEvents, describe } from './calendar-events';
import type { Span } from './calendar-events';
import { calendarGrid, eventsOfCell } from './calendar-grid';
import {
  addMonths,
  dateForm,
  firstDayOf,
  monthForm,
  monthText,
  startOfDay,
  weekStarts,
  weekdays,
  weekdaysFrom,
} from './calendar-month';
import type { CalendarDay, WeekStart } from './calendar-month';
import { boolean, count, key, label, time } from './columns';
import type { Columns } from './columns';
import { defineInsight } from './define';
import { inventoryFilters, link, noWindow, place, recurringParam } from './inventory-fields';
import { choice, flag, integer, text } from './params';

const eventColumns = {
  at: time('Time', 'When it is due'),
  kind: key('Kind', 'rotation or reminder'),
  title: key('Title', 'Name of the rotation, or key of the secret'),
  ...place,
  status: label('Status', 'In words: in 3 days, retries in 1h, overdue by 2 days, scheduled'),
  projected: boolean(
    'Projected',
    'Worked out from the days between dates, not named by the vendor',
  ),
  link,
  repeat_days: count('Repeats after', 'Days between its dates; empty where it comes once', {
    unit: 'd',
  }),
  id: label('Id', "The vendor's id of the rotation or of the secret"),
} satisfies Columns;

const dayTitles = {
  mon: 'Mon',
  tue: 'Tue',
  wed: 'Wed',
  thu: 'Thu',
  fri: 'Fri',
  sat: 'Sat',
  sun: 'Sun',
};

const monthColumns = {
  previous: label('Previous', 'The month before'),
  month: label('Month', 'The month that is asked for'),
  next: label('Next', 'The month after'),
} satisfies Columns;

const gridColumns = (starts: WeekStart, hasWeek: boolean): Columns => ({
  ...Object.fromEntries(
    weekdaysFrom(starts).map((name) => [
      name,
      label(dayTitles[name], 'Day of the month, then its events'),
    ]),
  ),
  ...(hasWeek && { week: label('Week', 'Date of the first day of the week') }),
});

export const calendar = defineInsight({
  id: 'calendar',
  version: 1,
  title: 'Rotation and reminder calendar',
  about:
    "Rotations and reminders of a month in the caller's zone: as a grid of texts with three rows a week, or as a list. Those that come again are projected forward, from now on.",
  shape: 'table',
  defaultWindow: noWindow,
  knownFrom: ['inventory', 'reminders'],
  isReshaped: true,
  params: {
    shape: choice(
      'Shape',
      'grid: a month as a table; events: one row an event; months: the months before and after, for links',
      ['grid', 'events', 'months'],
      'grid',
    ),
    month: text('Month', 'Such as 2026-03; the current one when not given', {
      form: monthForm,
      allowed: 'a month such as 2026-03, from 1970-01 to 2199-12',
    }),
    months: integer('Months', 'How many, for the list of events', { min: 1, max: 36, preset: 1 }),
    week_starts: choice('Weeks start on', 'First column of the grid', weekStarts, 'monday'),
    project_recurring: flag(
      'Project forward',
      'Whether those that come again are shown at each of their dates',
      true,
    ),
    week_column: flag(
      'Week column',
      'Whether the grid also gives the date each week begins on, for links to a day',
      false,
    ),
    week: text(
      'Week',
      'For the list: date of the first day of a week of the grid; with it a weekday',
      {
        form: dateForm,
        allowed: 'a date such as 2026-03-16',
      },
    ),
    weekday: choice(
      'Weekday',
      'For the list, with a week: only this day',
      ['any', ...weekdays],
      'any',
    ),
    cell: text(
      'Cell',
      'For the list, with a weekday: only the events that this text of a cell names',
      {
        form: /^\P{Cc}{1,500}$/u,
        allowed: 'text of a cell of the grid',
      },
    ),
    recurring: recurringParam,
    as_of: asOfParam,
  },
  filters: inventoryFilters,
  columns: ({ shape, week_starts: starts, week_column: hasWeek }) =>
    ({ grid: gridColumns(starts, hasWeek), events: eventColumns, months: monthColumns })[shape],
  query: ({ param, asOf, zone, rotations, reminders }) => {
    const { from, to } = spanOf(param, zone, asOf);
    const inSpan = sql`at < ${bind.instant(to)} AND (at >= ${bind.instant(from)} OR repeat_days > 0)`;
    return [
      sql`
        SELECT assumeNotNull(next_rotation_at) AS at, 'rotation' AS kind, name AS title, project, environment, secret_path,
          if(is_auto_rotated = false, NULL, nullIf(rotation_interval, 0)) AS repeat_days, id, source, org, arrayElement(secret_keys, 1) AS secret_key, failed
        FROM ${rotations('name', 'project', 'environment', 'secret_path', 'next_rotation_at', 'rotation_interval', 'is_auto_rotated', 'id', 'source', 'org', 'secret_keys', 'failed')}
        WHERE isNotNull(next_rotation_at) AND ${inSpan}
        ORDER BY at, title, id`,
      sql`
        SELECT assumeNotNull(next_at) AS at, 'reminder' AS kind, ifNull(secret_key, secret_id) AS title, project, environment, secret_path,
          repeat_days, secret_id AS id, source, org, secret_key
        FROM ${reminders(param.recurring === 'carried' ? 'carried' : 'stored')}
        WHERE ${inSpan}
        ORDER BY at, title, id`,
    ];
  },
  after: (rows, param, told) => {
    const first = firstDayOf(param.month, told.zone, told.asOf);
    if (param.shape === 'months') {
      const shifted = (months: number): string => monthText(addMonths(first, months));
      return { rows: [{ previous: shifted(-1), month: shifted(0), next: shifted(1) }] };
    }
    const events = calendarEvents(
      rows,
      spanOf(param, told.zone, told.asOf),
      param.project_recurring,
      told.asOf,
    );
    return {
      rows:
        param.shape === 'events'
          ? eventsOfCell(events, param, told.zone)
              .slice(0, told.limit + 1)
              .map((event) => describe(event, told))
          : calendarGrid(events, {
              month: first,
              zone: told.zone,
              weekStarts: param.week_starts,
              now: told.asOf,
            }),
    };
  },
});

interface Months {
  shape: 'grid' | 'events' | 'months';
  month: string | undefined;
  months: number;
}

/** The instants that the months asked for cover in a zone; a grid shows one. */
function spanOf({ shape, month, months }: Months, zone: string, now: number): Span {
  const first: CalendarDay = firstDayOf(month, zone, now);
  return {
    from: startOfDay(zone, first),
    to: startOfDay(zone, addMonths(first, shape === 'events' ? months : 1)),
  };
}
