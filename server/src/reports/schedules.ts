import { randomBytes } from 'node:crypto';
import { Failure, badParameter } from '../failure';
import type { Insights } from '../insights/insights';
import { knownZone } from '../insights/parse';
import { dueTimes } from './due-times';
import { parseRecipients, requireAllowed } from './recipients';
import { findReportType } from './report-types';
import { parseChoices, resolveChoice } from './report-request';
import { projectFor, requireVisible } from './requester';
import type { Requester } from './requester';
import { cronOf, nextRun, timingOf } from './schedule';
import type { Schedule, ScheduleRequest } from './schedule';
import { noSuchSchedule } from './schedule-book';
import type { ScheduleBook } from './schedule-book';

export interface SchedulesDeps {
  book: ScheduleBook;
  insights: Insights;
  allowList: readonly string[];
  now: () => number;
}

/** Schedules as people make and change them. */
export class Schedules {
  readonly #deps: SchedulesDeps;

  constructor(deps: SchedulesDeps) {
    this.#deps = deps;
  }

  list({ projects }: Requester): Schedule[] {
    const all = this.#deps.book.list();
    return projects === null ? all : all.filter(({ project }) => projects.includes(project));
  }

  /** @throws Failure `unknown`. */
  get(id: string, { projects }: Requester): Schedule {
    const schedule = this.#deps.book.find(id);
    if (!schedule) throw noSuchSchedule();
    requireVisible(schedule.project, projects, noSuchSchedule);
    return schedule;
  }

  /** The next times it runs, as epoch milliseconds. */
  next(schedule: Schedule, count: number): number[] {
    if (schedule.paused) return [];
    const times: number[] = [];
    for (const time of dueTimes(timingOf(schedule), this.#deps.now())) {
      times.push(time);
      if (times.length === count) break;
    }
    return times;
  }

  async create(request: ScheduleRequest, requester: Requester): Promise<Schedule> {
    const id = randomBytes(8).toString('hex');
    const schedule = this.#make(id, request, requester, false);
    await this.#deps.book.put(schedule);
    return schedule;
  }

  async replace(id: string, request: ScheduleRequest, requester: Requester): Promise<Schedule> {
    const before = this.#changeable(id, requester);
    const made = this.#make(id, request, requester, false);
    const schedule = {
      ...made,
      created_at: before.created_at,
      missed: before.missed,
      last_missed: before.last_missed,
    };
    await this.#deps.book.put(schedule);
    return schedule;
  }

  async setPaused(id: string, paused: boolean, requester: Requester): Promise<Schedule> {
    this.#changeable(id, requester);
    const now = this.#deps.now();
    return this.#deps.book.change(id, (before) => {
      const after = { ...before, paused };
      // What came due while it rested is not made up.
      return {
        paused,
        next_due: nextRun(after, now),
        ...(before.paused && !paused && { handled: new Date(now).toISOString() }),
      };
    });
  }

  async remove(id: string, requester: Requester): Promise<void> {
    this.#changeable(id, requester);
    await this.#deps.book.remove(id);
  }

  /** Takes over the schedules of the settings; one that is no longer there is gone. */
  async provision(
    requests: readonly { id: string; request: ScheduleRequest }[],
    requester: Requester,
  ): Promise<void> {
    const { book } = this.#deps;
    for (const { id, request } of requests) {
      const made = this.#make(id, request, requester, true);
      const before = book.find(id);
      const { created_at, handled, missed, last_missed, paused } = before ?? made;
      const isResumed = paused && !made.paused;
      const schedule = { ...made, created_at, missed, last_missed };
      await book.put(isResumed ? schedule : { ...schedule, handled });
    }
    const wanted = new Set(requests.map(({ id }) => id));
    for (const { id, fixed } of book.list()) {
      if (fixed && !wanted.has(id)) await book.remove(id);
    }
  }

  #changeable(id: string, requester: Requester): Schedule {
    const schedule = this.get(id, requester);
    if (!schedule.fixed) return schedule;
    throw new Failure(
      'conflict',
      `The schedule '${schedule.name}' is given by the settings: change it there and start the server again.`,
      { field: 'id' },
    );
  }

  /** @throws Failure naming what is not allowed. */
  #make(id: string, request: ScheduleRequest, requester: Requester, fixed: boolean): Schedule {
    const { insights, allowList, now } = this.#deps;
    const choices = parseChoices(request.reports);
    const capabilities = requester.capabilities;
    for (const choice of choices) resolveChoice(choice, { insights, capabilities, now: now() });
    const at = new Date(now()).toISOString();
    const schedule: Schedule = {
      id,
      name: request.name,
      // The settings may name a project whose first event is still to come.
      project:
        fixed && request.project !== undefined
          ? (insights.projects.idsOf(request.project)[0] ?? request.project)
          : projectFor(insights, request.project, requester.projects),
      reports: choices.map((choice) => ({ ...choice, name: findReportType(choice.type).name })),
      recipients: this.#recipients(request, requester),
      zone: knownZone(request.zone, insights.zones),
      subject: request.subject ?? null,
      reply_to: request.reply_to ?? null,
      cron: cronOf(request),
      workdays_only: request.workdays_only,
      start: request.start ?? null,
      end: request.end ?? null,
      paused: request.paused,
      when_empty: request.when_empty,
      only_new: request.only_new,
      owner: { name: requester.name, email: requester.email },
      rights: [...capabilities],
      fixed,
      created_at: at,
      handled: at,
      next_due: null,
      missed: 0,
      last_missed: null,
    };
    requireAllowed(schedule.recipients, allowList);
    const next = nextRun({ ...schedule, paused: false }, now());
    if (next === null) {
      throw badParameter('cron', 'This schedule never comes due: check its days, start and end.');
    }
    return { ...schedule, next_due: schedule.paused ? null : next };
  }

  #recipients({ recipients }: ScheduleRequest, { email }: Requester): string[] {
    const named = parseRecipients(recipients ?? []);
    if (named.length > 0) return named;
    if (email !== null) return parseRecipients([email]);
    throw badParameter('recipients', 'Name at least one recipient: this token has no address.');
  }
}
