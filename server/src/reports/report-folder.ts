import { join } from 'node:path';

/** Where the files of runs lie: a folder each, named by the run's id. */
export class ReportFolder {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  get runs(): string {
    return join(this.#root, 'runs');
  }

  run(id: string): string {
    return join(this.runs, id);
  }

  file(run: string, file: string): string {
    return join(this.run(run), file);
  }

  /** What the mails of a run show of its reports. */
  summary(run: string): string {
    return this.file(run, 'mail.json');
  }

  /** What schedules remember of the rows they have sent: a folder each. */
  get keys(): string {
    return join(this.#root, 'keys');
  }

  keysOf(schedule: string): string {
    return join(this.keys, schedule);
  }

  /** The keys of the rows of one report in one run of a schedule. */
  keysOfRun(schedule: string, run: string, type: string): string {
    return join(this.keysOf(schedule), run, `${type}.keys`);
  }
}
