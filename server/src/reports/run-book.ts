import { Failure } from '../failure';
import type { StateLog } from '../store/state-log';
import { isOver, runSchema } from './run';
import type { Run } from './run';

const kind = 'report-run';

/** Every run there is. A change is in the store before anything acts on it. */
export class RunBook {
  readonly #state: StateLog;
  readonly #runs = new Map<string, Run>();
  /** Changes go one after another: a download is counted while a mail is sent. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(state: StateLog) {
    this.#state = state;
    for (const { body } of state.list(kind)) {
      const run = runSchema.parse(body);
      this.#runs.set(run.id, run);
    }
  }

  /** Newest first. */
  list(): Run[] {
    return [...this.#runs.values()].sort(
      (a, b) => compare(b.requested_at, a.requested_at) || compare(b.id, a.id),
    );
  }

  find(id: string): Run | undefined {
    return this.#runs.get(id);
  }

  /** @throws Failure `unknown`. */
  get(id: string): Run {
    const run = this.#runs.get(id);
    if (!run) throw noSuchRun();
    return run;
  }

  /** @throws Failure `conflict` that names the run under way. */
  async add(run: Run): Promise<void> {
    await this.#inOrder(async () => {
      const other = this.underWayIn(run.project);
      if (other) {
        throw new Failure(
          'conflict',
          `The run ${other.id} of this project, asked for at ${other.requested_at}, is ${other.status}: one run at a time.`,
          { field: 'project' },
        );
      }
      await this.#write(run);
    });
  }

  underWayIn(project: string): Run | undefined {
    return [...this.#runs.values()].find((run) => run.project === project && !isOver(run));
  }

  /** @returns the run as it is then. @throws Failure `unknown`. */
  async change(id: string, change: (run: Run) => Partial<Run>): Promise<Run> {
    return this.#inOrder(async () => {
      const before = this.get(id);
      const after = { ...before, ...change(before) };
      await this.#write(after);
      return after;
    });
  }

  async remove(id: string): Promise<void> {
    await this.#inOrder(async () => {
      await this.#state.append(kind, id, null);
      this.#runs.delete(id);
    });
  }

  async #write(run: Run): Promise<void> {
    await this.#state.append(kind, run.id, run);
    this.#runs.set(run.id, run);
  }

  #inOrder<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }
}

export const noSuchRun = (): Failure =>
  new Failure('unknown', 'There is no report run with this id.', { field: 'id' });

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
