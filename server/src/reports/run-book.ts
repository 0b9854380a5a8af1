import { Failure } from '../failure';
import type { StateLog } from '../store/state-log';
import { isOver, runSchema } from './run';
import type { Run } from './run';
import { StateBook, compare } from './state-book';

/** Every run there is, newest first. */
export class RunBook extends StateBook<Run> {
  constructor(state: StateLog) {
    super(state, {
      kind: 'report-run',
      schema: runSchema,
      missing: noSuchRun,
      order: (a, b) => compare(b.requested_at, a.requested_at) || compare(b.id, a.id),
    });
  }

  /** @throws Failure `conflict` that names the run under way. */
  async add(run: Run): Promise<void> {
    await this.inOrder(async () => {
      const other = this.underWayIn(run.project);
      if (other) {
        throw new Failure(
          'conflict',
          `The run ${other.id} of this project, asked for at ${other.requested_at}, is ${other.status}: one run at a time.`,
          { field: 'project' },
        );
      }
      await this.write(run);
    });
  }

  underWayIn(project: string): Run | undefined {
    return this.list().find((run) => run.project === project && !isOver(run));
  }
}

export const noSuchRun = (): Failure =>
  new Failure('unknown', 'There is no report run with this id.', { field: 'id' });
