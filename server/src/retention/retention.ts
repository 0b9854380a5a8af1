import { setTimeout as sleep } from 'node:timers/promises';
import type { SelfAudit } from '../audit/self-audit';
import { thinPolls } from '../store/inventory/thin-polls';
import type { ClosedTime } from '../store/rollups/closed-time';
import { bind, join, sql } from '../store/sql';
import type { Sql } from '../store/sql';
import type { Asker, Store } from '../store/store';

const day = 86_400_000;
const asker: Asker = { surface: 'rollup', settings: { max_execution_time: 0 } };

/** A table of single events that our own doors write, partitioned by the month of their time. */
interface OwnEvents {
  name: string;
  time: Sql;
  project: Sql;
}

const eventTables: readonly OwnEvents[] = [
  { name: 'infisical_events', time: sql`createdAt`, project: sql`projectId` },
  // Its events are of whole accounts.
  { name: 'akeyless_events', time: sql`time`, project: sql`''` },
];

export interface RetentionOptions {
  store: Store;
  closed: ClosedTime;
  audit: SelfAudit;
  /** Days that raw events are kept. */
  days: number;
  /** Fewer days for some projects, by id. */
  projectDays: Readonly<Record<string, number>>;
  /** Days that every attempt to ask a source is kept. */
  pollDays: number;
  now: () => number;
  /** Told of what was dropped and what has to wait. */
  onMonth: (month: ExpiredMonth) => void;
  /** Told how many attempts to ask a source were dropped, where there were any. */
  onPolls: (dropped: number) => void;
  onError: (error: unknown) => void;
}

export interface ExpiredMonth {
  /** YYYYMM. */
  month: string;
  /** Null where the whole month went. */
  project: string | null;
  events: number;
  /** False where a day of it is not counted yet: dropping it would lose its figures. */
  isDropped: boolean;
}

/**
 * Drops raw events that are older than they are to be kept, a month at a time: a partition goes at
 * once, where deleting rows would rewrite the rest. Rollups stay. Attempts to ask a source are few,
 * and go one by one.
 */
export class Retention {
  readonly #options: RetentionOptions;
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(options: RetentionOptions) {
    this.#options = options;
  }

  start(everyMs: number): void {
    this.#running = this.#loop(everyMs);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async dropExpired(): Promise<ExpiredMonth[]> {
    const { days, projectDays, onMonth } = this.#options;
    const done: ExpiredMonth[] = [];
    for (const month of await this.#monthsBefore(days)) {
      done.push(await this.#drop(month, null));
    }
    for (const [project, shorter] of Object.entries(projectDays)) {
      for (const month of await this.#monthsBefore(shorter)) {
        const dropped = await this.#drop(month, project);
        if (dropped.events > 0) done.push(dropped);
      }
    }
    done.forEach(onMonth);
    return done;
  }

  /** @returns how many attempts went. */
  async dropPolls(): Promise<number> {
    const { store, pollDays, now, onPolls } = this.#options;
    const dropped = await thinPolls(store, pollDays, now());
    if (dropped > 0) onPolls(dropped);
    return dropped;
  }

  async #loop(everyMs: number): Promise<void> {
    while (!this.#stop.signal.aborted) {
      // Neither keeps the other from its turn.
      await this.dropExpired().catch(this.#options.onError);
      await this.dropPolls().catch(this.#options.onError);
      await sleep(everyMs, undefined, { signal: this.#stop.signal }).catch(() => undefined);
    }
  }

  /** Months with raw events whose last instant is older than that many days. */
  async #monthsBefore(days: number): Promise<string[]> {
    const { store, now } = this.#options;
    const limit = now() - days * day;
    const rows = await store.rows(
      sql`SELECT DISTINCT month FROM (${join(
        eventTables.map(({ name }) => sql`SELECT partition AS month FROM ${store.partsOf(name)}`),
        'union all',
      )}) ORDER BY month`,
      asker,
    );
    return rows.map((row) => String(row.month)).filter((month) => endOf(month) <= limit);
  }

  async #drop(month: string, project: string | null): Promise<ExpiredMonth> {
    const { store, audit } = this.#options;
    const ofProject = ({ project: column }: OwnEvents): Sql =>
      project === null ? sql`1` : sql`${column} = ${bind.text(project)}`;
    const found = join(
      eventTables.map(
        (table) =>
          sql`SELECT ${table.time} AS time FROM ${store.table(table.name)} WHERE toYYYYMM(${table.time}) = toUInt32(${bind.text(month)}) AND ${ofProject(table)}`,
      ),
      'union all',
    );
    const [row] = await store.rows(
      sql`SELECT count() AS events, groupUniqArray(toString(toUnixTimestamp(toStartOfDay(time, 'UTC')))) AS days FROM (${found})`,
      asker,
    );
    const events = Number(row?.events ?? 0);
    const days = Array.isArray(row?.days) ? row.days.map((start) => Number(start) * 1000) : [];
    const expired = { month, project, events };
    if (events === 0 || !days.every((start) => this.#isCounted(start))) {
      return { ...expired, isDropped: false };
    }
    const note = await audit.begin(
      { token: { name: 'retention' }, grafana: null },
      {
        action: 'expire',
        insight: 'events',
        filters: project === null ? [] : [{ field: 'project', op: 'in', values: [project] }],
        range: { from: beginOf(month), to: endOf(month) },
      },
    );
    for (const table of eventTables) {
      const name = store.table(table.name);
      await store.execute(
        project === null
          ? sql`ALTER TABLE ${name} DROP PARTITION ID ${bind.text(month)}`
          : sql`ALTER TABLE ${name} DELETE IN PARTITION ID ${bind.text(month)} WHERE ${ofProject(table)} SETTINGS mutations_sync = 2`,
        asker,
      );
    }
    await note(events);
    return { ...expired, isDropped: true };
  }

  #isCounted(start: number): boolean {
    return this.#options.closed.spans.some(
      (span) => !span.isDirty && span.from <= start && span.to >= start + day,
    );
  }
}

const beginOf = (month: string): number =>
  Date.UTC(Number(month.slice(0, 4)), Number(month.slice(4)) - 1, 1);
const endOf = (month: string): number =>
  Date.UTC(Number(month.slice(0, 4)), Number(month.slice(4)), 1);
