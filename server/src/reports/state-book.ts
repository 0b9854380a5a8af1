import type { z } from 'zod';
import type { Failure } from '../failure';
import type { StateLog } from '../store/state-log';

export interface StateBookOptions<T> {
  /** Under which the state log keeps them. */
  kind: string;
  schema: z.ZodType<T>;
  /** What is said of an id that there is not. */
  missing: () => Failure;
  /** Order of the list. */
  order: (a: T, b: T) => number;
}

/** What the state log keeps of one kind, by id. A change is in the store before anything acts on it. */
export abstract class StateBook<T extends { id: string }> {
  readonly #state: StateLog;
  readonly #options: StateBookOptions<T>;
  readonly #entries = new Map<string, T>();
  /** Changes go one after another: a download is counted while a mail is sent. */
  #last: Promise<unknown> = Promise.resolve();

  protected constructor(state: StateLog, options: StateBookOptions<T>) {
    this.#state = state;
    this.#options = options;
    for (const { body } of state.list(options.kind)) {
      const entry = options.schema.parse(body);
      this.#entries.set(entry.id, entry);
    }
  }

  list(): T[] {
    return [...this.#entries.values()].sort(this.#options.order);
  }

  find(id: string): T | undefined {
    return this.#entries.get(id);
  }

  /** @throws Failure `unknown`. */
  get(id: string): T {
    const entry = this.#entries.get(id);
    if (!entry) throw this.#options.missing();
    return entry;
  }

  /** @returns the entry as it is then. @throws Failure `unknown`. */
  async change(id: string, change: (entry: T) => Partial<T>): Promise<T> {
    return this.inOrder(async () => {
      const before = this.get(id);
      const after = { ...before, ...change(before) };
      await this.write(after);
      return after;
    });
  }

  async remove(id: string): Promise<void> {
    await this.inOrder(async () => {
      await this.#state.append(this.#options.kind, id, null);
      this.#entries.delete(id);
    });
  }

  /** Only inside `inOrder`. */
  protected async write(entry: T): Promise<void> {
    await this.#state.append(this.#options.kind, entry.id, entry);
    this.#entries.set(entry.id, entry);
  }

  protected inOrder<R>(work: () => Promise<R>): Promise<R> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }
}

/** By their characters, the same on every machine. */
export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
