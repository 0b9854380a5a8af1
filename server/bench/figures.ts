import { writeFileSync } from 'node:fs';
import type { Workload } from './events';
import { printTable } from './report';

/** Everything that was measured, shown as it comes and kept in a file where one is named. */
export class Figures {
  readonly #file: string | null;
  readonly #all: Record<string, unknown>;

  constructor(file: string | null, workload: Workload) {
    this.#file = file;
    this.#all = { workload };
  }

  add(name: string, title: string, rows: readonly object[]): void {
    printTable(title, rows);
    this.#all[name] = rows;
    if (this.#file !== null) writeFileSync(this.#file, JSON.stringify(this.#all, null, 2));
  }
}
