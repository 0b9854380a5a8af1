import { Failure } from '../failure';
import type { StateLog } from '../store/state-log';
import { scheduleSchema } from './schedule';
import type { Schedule } from './schedule';

const kind = 'report-schedule';

/** Every schedule there is. A change is in the store before anything acts on it. */
export class ScheduleBook {
  readonly #state: StateLog;
  readonly #schedules = new Map<string, Schedule>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(state: StateLog) {
    this.#state = state;
    for (const { body } of state.list(kind)) {
      const schedule = scheduleSchema.parse(body);
      this.#schedules.set(schedule.id, schedule);
    }
  }

  /** By name. */
  list(): Schedule[] {
    return [...this.#schedules.values()].sort((a, b) =>
      a.name === b.name ? (a.id < b.id ? -1 : 1) : a.name < b.name ? -1 : 1,
    );
  }

  find(id: string): Schedule | undefined {
    return this.#schedules.get(id);
  }

  async put(schedule: Schedule): Promise<void> {
    await this.#inOrder(() => this.#write(schedule));
  }

  /** @throws Failure `unknown`. */
  async change(id: string, change: (schedule: Schedule) => Partial<Schedule>): Promise<Schedule> {
    return this.#inOrder(async () => {
      const before = this.#schedules.get(id);
      if (!before) throw noSuchSchedule();
      const after = { ...before, ...change(before) };
      await this.#write(after);
      return after;
    });
  }

  async remove(id: string): Promise<void> {
    await this.#inOrder(async () => {
      await this.#state.append(kind, id, null);
      this.#schedules.delete(id);
    });
  }

  async #write(schedule: Schedule): Promise<void> {
    await this.#state.append(kind, schedule.id, schedule);
    this.#schedules.set(schedule.id, schedule);
  }

  #inOrder<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }
}

export const noSuchSchedule = (): Failure =>
  new Failure('unknown', 'There is no schedule with this id.', { field: 'id' });
