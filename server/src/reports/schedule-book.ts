import { Failure } from '../failure';
import type { StateLog } from '../store/state-log';
import { scheduleSchema } from './schedule';
import type { Schedule } from './schedule';
import { StateBook, compare } from './state-book';

/** Every schedule there is, by name. */
export class ScheduleBook extends StateBook<Schedule> {
  constructor(state: StateLog) {
    super(state, {
      kind: 'report-schedule',
      schema: scheduleSchema,
      missing: noSuchSchedule,
      order: (a, b) => compare(a.name, b.name) || compare(a.id, b.id),
    });
  }

  async put(schedule: Schedule): Promise<void> {
    await this.inOrder(() => this.write(schedule));
  }
}

export const noSuchSchedule = (): Failure =>
  new Failure('unknown', 'There is no schedule with this id.', { field: 'id' });
