import type { StatementStatistics } from '../src/store/store';

interface Statement {
  from: number;
  to: number;
}

/** Listens to a store, and tells for how long its engine was busy. */
export class EngineTime implements StatementStatistics {
  #statements: Statement[] = [];

  readonly onStatement: StatementStatistics['onStatement'] = (_surface, seconds) => {
    const to = performance.now();
    this.#statements.push({ from: to - seconds * 1000, to });
  };

  /** Forgets what was before. */
  begin(): void {
    this.#statements = [];
  }

  get statements(): number {
    return this.#statements.length;
  }

  /**
   * Milliseconds since `begin` in which at least one statement ran: the sum of those that ran one after
   * the other, and time in which several ran but once.
   */
  get busyMs(): number {
    let busy = 0;
    let until = -Infinity;
    for (const { from, to } of [...this.#statements].sort((a, b) => a.from - b.from)) {
      busy += Math.max(0, to - Math.max(from, until));
      until = Math.max(until, to);
    }
    return busy;
  }
}
