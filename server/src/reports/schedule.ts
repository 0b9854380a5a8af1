import { z } from 'zod';
import { parseInstant } from '../time/instant';
import { capabilities } from '../contract';
import { badParameter } from '../failure';
import { parseCron } from './cron';
import { nextDue } from './due-times';
import type { Timing } from './due-times';
import { contentSchema, reportChoiceSchema } from './report-request';
import { instantOf } from '../time/zoned-time';

const weekdays = [
  'sunday',
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
] as const;

/** POST and PUT /api/v1/schedules */
export const scheduleRequestSchema = contentSchema.extend({
  name: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .regex(/^\P{Cc}*$/u, 'must be one line of text'),
  cron: z
    .string()
    .max(200)
    .optional()
    .describe('Minute, hour, day of the month (L is the last), month, day of the week'),
  every: z
    .enum(['hour', 'day', 'week', 'month'])
    .optional()
    .describe('In place of cron, together with at and on'),
  at: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 07:00')
    .optional()
    .describe('Time of the day; 07:00 if not given'),
  on: z
    .union([z.enum([...weekdays, 'last']), z.number().int().min(1).max(31)])
    .optional()
    .describe('A weekday for every week; a day of the month, or last, for every month'),
  workdays_only: z.boolean().default(false).describe('Leaves out Saturdays and Sundays'),
  start: z.string().nullish().describe('First day or instant'),
  end: z.string().nullish().describe('Last day or instant'),
  paused: z.boolean().default(false),
  when_empty: z
    .enum(['send', 'skip'])
    .default('send')
    .describe('send mails that nothing was found, as proof; skip mails nothing'),
  only_new: z
    .boolean()
    .default(false)
    .describe('Only rows that were not in the last completed run'),
});
export type ScheduleRequest = z.infer<typeof scheduleRequestSchema>;

/** A schedule as it is kept. */
export const scheduleSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** Id of the project; empty for every project. */
  project: z.string(),
  reports: z.array(reportChoiceSchema.extend({ name: z.string() })),
  recipients: z.array(z.string()),
  zone: z.string(),
  subject: z.string().nullable(),
  reply_to: z.string().nullable(),
  cron: z.string(),
  workdays_only: z.boolean(),
  start: z.string().nullable(),
  end: z.string().nullable(),
  paused: z.boolean(),
  when_empty: z.enum(['send', 'skip']),
  only_new: z.boolean(),
  owner: z.object({ name: z.string(), email: z.string().nullable() }),
  rights: z.array(z.enum(capabilities)),
  /** Given by the settings, so it is changed there. */
  fixed: z.boolean(),
  created_at: z.string(),
  /** Every due time up to here is done, one way or another. */
  handled: z.string(),
  next_due: z.string().nullable(),
  missed: z.number(),
  last_missed: z.string().nullable(),
});
export type Schedule = z.infer<typeof scheduleSchema>;

/** @throws Failure where neither or both ways of saying when are used. */
export function cronOf({ cron, every, at, on }: ScheduleRequest): string {
  if ((cron === undefined) === (every === undefined)) {
    throw badParameter('cron', 'Say when with cron, or with every, at and on: one of the two.');
  }
  if (cron !== undefined) {
    if (at !== undefined || on !== undefined) {
      throw badParameter('cron', 'at and on belong to every, not to cron.');
    }
    parseCron(cron);
    return cron.trim().replace(/\s+/g, ' ');
  }
  const [hour, minute] = (at ?? '07:00').split(':').map(Number);
  if (every === 'hour') return simple(on === undefined, `${minute} * * * *`);
  if (every === 'day') return simple(on === undefined, `${minute} ${hour} * * *`);
  if (every === 'week') {
    const weekday = weekdays.indexOf((on ?? 'monday') as (typeof weekdays)[number]);
    return simple(weekday >= 0, `${minute} ${hour} * * ${weekday}`);
  }
  const day = on === 'last' ? 'L' : (on ?? 1);
  return simple(day === 'L' || typeof day === 'number', `${minute} ${hour} ${day} * *`);
}

function simple(fits: boolean, cron: string): string {
  if (fits) return cron;
  throw badParameter(
    'on',
    'on is a weekday for every week, and a day from 1 to 31 or last for every month; hour and day take none.',
  );
}

export function timingOf(
  schedule: Pick<Schedule, 'cron' | 'zone' | 'workdays_only' | 'start' | 'end'>,
): Timing {
  const { cron, zone, workdays_only, start, end } = schedule;
  return {
    cron,
    zone,
    workdays_only,
    start: start === null ? null : edge('start', start, zone),
    end: end === null ? null : edge('end', end, zone),
  };
}

/** A day begins and ends in the schedule's zone. */
function edge(field: 'start' | 'end', text: string, zone: string): number {
  const date = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  try {
    if (!date) return parseInstant('from', text, NaN);
    parseInstant('from', text, NaN);
  } catch {
    throw badParameter(
      field,
      `${field} must be a day such as 2026-12-01 or an instant such as 2026-12-01T09:00:00Z, not '${text}'.`,
    );
  }
  const [, year, month, day] = date.map(Number);
  const midnight = { year: year ?? 0, month: month ?? 1, day: day ?? 1, hour: 0, minute: 0 };
  if (field === 'start') return instantOf(zone, midnight);
  const next = new Date(Date.UTC(midnight.year, midnight.month - 1, midnight.day + 1));
  const after = {
    year: next.getUTCFullYear(),
    month: next.getUTCMonth() + 1,
    day: next.getUTCDate(),
  };
  return instantOf(zone, { ...after, hour: 0, minute: 0 }) - 1;
}

/** When it runs next, for the record of a schedule; null while it rests. */
export function nextRun(schedule: Schedule, now: number): string | null {
  if (schedule.paused) return null;
  const next = nextDue(timingOf(schedule), now);
  return next === null ? null : new Date(next).toISOString();
}
