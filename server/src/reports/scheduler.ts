import { schedule as tickEvery } from 'node-cron';
import type { ScheduledTask } from 'node-cron';
import type { Logger } from 'pino';
import { Failure } from '../failure';
import { dueNow } from './due-times';
import type { Run } from './run';
import type { RunBook } from './run-book';
import { nextRun, timingOf } from './schedule';
import type { Schedule } from './schedule';
import type { ScheduleBook } from './schedule-book';

export interface SchedulerDeps {
  schedules: ScheduleBook;
  runs: RunBook;
  /** A run of a schedule for a due time. */
  runFor: (schedule: Schedule, due: number) => Run;
  take: (run: string) => void;
  /** What else is looked after now and then. */
  tidy: () => Promise<void>;
  now: () => number;
  log: Logger;
}

/** Looks every minute what has come due; the clock that ticks decides nothing else. */
export class Scheduler {
  readonly #deps: SchedulerDeps;
  #task: ScheduledTask | null = null;
  #tick: Promise<void> = Promise.resolve();

  constructor(deps: SchedulerDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#task = tickEvery('* * * * *', () => this.tick());
    void this.tick();
  }

  async stop(): Promise<void> {
    await this.#task?.destroy();
    await this.#tick;
  }

  /** One look; a slow one is not overtaken by the next. */
  tick(): Promise<void> {
    this.#tick = this.#tick.then(() => this.#look());
    return this.#tick;
  }

  async #look(): Promise<void> {
    const { schedules, tidy, log } = this.#deps;
    for (const schedule of schedules.list()) {
      await this.#lookAt(schedule).catch((error: unknown) => {
        log.error({ err: error, schedule: schedule.id }, 'a schedule could not be looked at');
      });
    }
    await tidy().catch((error: unknown) => {
      log.error({ err: error }, 'old report files could not be removed');
    });
  }

  async #lookAt(schedule: Schedule): Promise<void> {
    if (schedule.paused) return;
    const now = this.#deps.now();
    const { due, missed, last } = dueNow(timingOf(schedule), Date.parse(schedule.handled), now);
    if (last === null) return;
    // Not handled, so that it is looked at again in a minute.
    if (due !== null && !(await this.#makeRun(schedule, due))) return;
    await this.#deps.schedules.change(schedule.id, (before) => ({
      handled: new Date(last).toISOString(),
      next_due: nextRun(before, now),
      missed: before.missed + missed,
      ...(missed > 0 && { last_missed: new Date(last).toISOString() }),
    }));
  }

  /** @returns false while another run of the project is under way. */
  async #makeRun(schedule: Schedule, due: number): Promise<boolean> {
    const { runs, runFor, take } = this.#deps;
    const run = runFor(schedule, due);
    // The server may have ended after the run was noted and before its time was.
    if (runs.find(run.id) !== undefined) return true;
    try {
      await runs.add(run);
    } catch (error) {
      if (error instanceof Failure && error.kind === 'conflict') return false;
      throw error;
    }
    take(run.id);
    return true;
  }
}
