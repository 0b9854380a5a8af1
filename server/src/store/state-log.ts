import { Failure } from '../failure';
import type { Lease } from './lease';
import { bind, sql } from './sql';
import type { Sql } from './sql';
import type { Asker, Store } from './store';

const asker: Asker = { surface: 'state' };

export interface StateEntry {
  sequence: number;
  at: string;
  kind: string;
  key: string;
  /** Null where the entry says that the thing is gone. */
  body: unknown;
}

/** Written by a server that begins to lead: which of the earlier terms' entries count. */
const beginning = 'term';

/**
 * The program's own state (tokens, later runs and schedules) as an append-only list with one writer.
 * A change is in the store before it takes effect, so a crash at any moment loses nothing that was
 * answered. Where servers take turns at writing, an entry carries the writer's term: one that a newer
 * term had not seen when it began does not count, and is never acknowledged.
 */
export class StateLog {
  readonly #store: Store;
  readonly #lease: Pick<Lease, 'term' | 'lose'> | null;
  readonly #latest = new Map<string, StateEntry>();
  #sequence = 0;
  /** The newest term that began, and the last entry of earlier ones that counts. */
  #begun = { term: 0, after: Infinity };
  /** Appends go one after another, so that sequence and order in the store agree. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(store: Store, lease: Pick<Lease, 'term' | 'lose'> | null) {
    this.#store = store;
    this.#lease = lease;
  }

  /** @param lease where other servers may write; without it, or in term 0, this one stands alone. */
  static async replay(
    store: Store,
    lease: Pick<Lease, 'term' | 'lose'> | null = null,
  ): Promise<StateLog> {
    const log = new StateLog(store, lease);
    await log.#read();
    return log;
  }

  /** The last entry that is known. */
  get sequence(): number {
    return this.#sequence;
  }

  /** For a server that begins to write: what an older one still adds does not count any more. */
  async begin(): Promise<void> {
    const term = this.#lease?.term ?? 0;
    if (term > 0) await this.append(beginning, String(term), { after: this.#sequence });
  }

  /** For a server that only reads: takes in what the writer added. */
  async catchUp(): Promise<void> {
    const before = this.#begun.term;
    await this.#read();
    if (this.#begun.term === before) return;
    // Something that was taken in may not count.
    this.#latest.clear();
    this.#sequence = 0;
    await this.#read();
  }

  /** The newest entry of each key of a kind whose body is not null, oldest first. */
  list(kind: string): StateEntry[] {
    return [...this.#latest.values()]
      .filter((entry) => entry.kind === kind && entry.body !== null)
      .sort((a, b) => a.sequence - b.sequence);
  }

  async append(kind: string, key: string, body: unknown): Promise<void> {
    const appended = this.#last.then(() => this.#write(kind, key, body));
    this.#last = appended.catch(() => undefined);
    await appended;
  }

  async #read(): Promise<void> {
    const rows = await this.#store.rows(
      sql`SELECT sequence, term, at, kind, key, body FROM ${this.#store.table('state_log')}
          WHERE sequence > ${bind.integer(this.#sequence)} ORDER BY sequence, term`,
      asker,
    );
    for (const row of rows.filter(({ kind }) => kind === beginning)) {
      const term = Number(row.term);
      const { after } = JSON.parse(String(row.body)) as { after: number };
      if (term > this.#begun.term) this.#begun = { term, after };
    }
    for (const row of rows) {
      const sequence = Number(row.sequence);
      if (Number(row.term) < this.#begun.term && sequence > this.#begun.after) continue;
      this.#apply({
        sequence,
        at: String(row.at),
        kind: String(row.kind),
        key: String(row.key),
        body: JSON.parse(String(row.body)) as unknown,
      });
    }
  }

  async #write(kind: string, key: string, body: unknown): Promise<void> {
    // A number is used once, also by an entry of which nobody knows whether it was stored.
    this.#sequence++;
    const entry: StateEntry = {
      sequence: this.#sequence,
      at: new Date().toISOString(),
      kind,
      key,
      body,
    };
    const term = this.#lease?.term ?? 0;
    await this.#store.execute(
      sql`INSERT INTO ${this.#store.table('state_log')} (sequence, term, at, kind, key, body)
          SELECT ${bind.integer(entry.sequence)}, ${bind.integer(term)}, ${bind.instant(Date.parse(entry.at))}, ${bind.text(kind)}, ${bind.text(key)}, ${bind.text(JSON.stringify(body))}
          WHERE ${this.#isNewest(term)}`,
      asker,
    );
    if (term > 0) await this.#requireNewest(term);
    this.#apply(entry);
  }

  #isNewest(term: number): Sql {
    return term === 0
      ? sql`1`
      : sql`(SELECT max(term) FROM ${this.#store.table('leaders')}) = ${bind.integer(term)}`;
  }

  /** After the entry: a newer term that is not there yet will read it when it begins. */
  async #requireNewest(term: number): Promise<void> {
    const [row] = await this.#store.rows(sql`SELECT ${this.#isNewest(term)} AS newest`, asker);
    if (Number(row?.newest) === 1) return;
    this.#lease?.lose();
    throw new Failure(
      'busy',
      'Another server has taken over writing, so this change was not made. Try again.',
      { retryAfter: 5 },
    );
  }

  #apply(entry: StateEntry): void {
    this.#sequence = Math.max(this.#sequence, entry.sequence);
    this.#latest.set(`${entry.kind}\n${entry.key}`, entry);
  }
}
