import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Row } from '../../src/contract';
import { generateEvents, projects } from '../events';
import type { FlatEvent } from '../events';
import type { Delivery } from '../oracle-events';
import type { Random } from '../random';
import { sortedRows } from '../rows';
import type { Answers, Command, Crash } from './messages';
import { questionsOf } from './questions';
import { StoreClient } from './store-client';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const quarter = 15 * minute;
/** A Monday after New York's change to summer time. */
const begin = Date.parse('2026-03-09T10:30:00Z');
const first = Date.parse('2026-03-06T00:00:00Z');

type Step = 'ingest' | 'redeliver' | 'close' | 'ingest-and-close' | 'clock' | 'restart' | 'expire';
const steps: readonly Step[] = [
  'ingest',
  'ingest',
  'redeliver',
  'close',
  'close',
  'ingest-and-close',
  'ingest-and-close',
  'clock',
  'clock',
  'restart',
  'expire',
];

/** A random life of one store, compared with the events that it took after every step. */
export class History {
  readonly #random: Random;
  readonly #folder = mkdtempSync(join(tmpdir(), 'secret-insights-history-'));
  readonly #client = new StoreClient(join(this.#folder, 'store'));
  readonly #deliveries: Delivery[] = [];
  /** Days, and projects of days, whose raw events are gone: `day project`, or `day` for all. */
  readonly #expired = new Set<string>();
  readonly #log: string[] = [];
  #now = begin;
  #bodies = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** What was done, for the message of a failure. */
  get log(): string {
    return this.#log.join('\n');
  }

  async live(length: number): Promise<void> {
    await this.#ingest(this.#newEvents(80), 'ingest');
    for (let step = 0; step < length; step++) {
      await this.#step(this.#random.pick(steps));
      await this.#check();
    }
  }

  async end(): Promise<void> {
    await this.#client.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #step(step: Step): Promise<void> {
    const random = this.#random;
    switch (step) {
      case 'ingest':
        return this.#ingest(this.#newEvents(1 + random.below(40)), 'ingest');
      case 'ingest-and-close':
        return this.#ingest(this.#newEvents(1 + random.below(10)), 'ingest-and-close');
      case 'redeliver':
        return this.#ingest(this.#copies(1 + random.below(30)), 'ingest');
      case 'close':
        await this.#tell({ kind: 'close', now: this.#now, ...this.#crash(60) });
        return;
      case 'clock':
        this.#now += random.pick([3 * minute, hour, 5 * hour, day, -20 * minute]);
        this.#log.push(`clock ${new Date(this.#now).toISOString()}`);
        return;
      case 'restart':
        await this.#tell({ kind: 'stop', now: this.#now });
        return;
      case 'expire':
        return this.#expire();
    }
  }

  /** Where the store died over a body, whatever of it is stored counts; the rest comes again later, or never. */
  async #ingest(events: readonly FlatEvent[], kind: 'ingest' | 'ingest-and-close'): Promise<void> {
    if (events.length === 0) return;
    const file = join(this.#folder, `body-${this.#bodies++}.json`);
    writeFileSync(file, JSON.stringify(events));
    const answer = await this.#tell({
      kind,
      file,
      now: this.#now,
      ...this.#crash(kind === 'ingest' ? 10 : 60),
    });
    const stored =
      answer === null
        ? new Set((await this.#tell({ kind: 'which-stored', now: this.#now, events })) as string[])
        : null;
    this.#deliveries.push(
      ...events
        .filter(({ orgId, id }) => stored === null || stored.has(`${orgId} ${id}`))
        .map((event) => ({ source: 'stream', event })),
    );
  }

  async #expire(): Promise<void> {
    const random = this.#random;
    const project = random.chance(0.6) ? (random.pick(projects).projectId ?? '') : null;
    const before = first + quarter * random.below((this.#now - first - day) / quarter);
    const days = (await this.#tell({
      kind: 'expire',
      now: this.#now,
      project,
      before,
    })) as number[];
    for (const each of days) {
      this.#expired.add(project === null ? String(each) : `${each} ${project}`);
    }
  }

  async #check(): Promise<void> {
    const asked = questionsOf(this.#random, {
      now: this.#now,
      first,
      deliveries: this.#deliveries,
      hasExpired: this.#expired.size > 0,
    });
    const { answers } = (await this.#tell({
      kind: this.#random.chance(0.2) ? 'ask-and-close' : 'ask',
      now: this.#now,
      questions: asked.map(({ expected: _, ...question }) => question),
      isRawToo: this.#expired.size === 0,
    })) as Answers;
    for (const [index, { seam, raw }] of answers.entries()) {
      const { expected = [], ...question } = asked[index] ?? {};
      const [like] = expected;
      const events = seam.rows.filter(({ events: number }) => number !== 0);
      const rows = like === undefined ? events : events.map((row) => only(row, Object.keys(like)));
      expect({ question, rows: sortedRows(rows) }).toEqual({
        question,
        rows: sortedRows([...expected]),
      });
      if (raw === null) continue;
      expect({ question, rows: sortedRows(withoutClosed(seam.rows)) }).toEqual({
        question,
        rows: sortedRows(withoutClosed(raw.rows)),
      });
    }
  }

  async #tell(command: Command): Promise<unknown> {
    const answer = await this.#client.tell(command);
    const { kind, crash, ...rest } = command;
    this.#log.push(
      `${kind} ${JSON.stringify({ ...rest, questions: undefined, events: undefined, crash })}${answer === null ? ': killed' : ''}`,
    );
    if (answer === null && crash === undefined) throw new Error(`the store died over ${kind}`);
    return answer;
  }

  #crash(statements: number): { crash?: Crash } {
    const random = this.#random;
    if (!random.chance(0.35)) return {};
    return {
      crash: {
        statement: 1 + random.below(statements),
        moment: random.pick(['before', 'during', 'after']),
      },
    };
  }

  #newEvents(count: number): FlatEvent[] {
    return (
      generateEvents(this.#random, count)
        // Names of projects are learnt with time; that is not what is looked at here.
        .map(({ projectName: _, ...event }) => ({
          ...event,
          createdAt: new Date(this.#time()).toISOString(),
        }))
        .filter(({ createdAt, projectId = '' }) => {
          const of = Math.floor(Date.parse(createdAt) / day) * day;
          // A new event of time whose raw events are gone cannot be told from one that was counted.
          return !this.#expired.has(String(of)) && !this.#expired.has(`${of} ${projectId}`);
        })
    );
  }

  #time(): number {
    const random = this.#random;
    const time = random.chance(0.4)
      ? this.#now - random.below(2 * hour)
      : first + random.below(this.#now - first);
    // Around edges of hours and days most often: that is where time can be counted in two places.
    const edge = Math.round(time / hour) * hour + random.pick([-1, 0, 1]);
    return Math.max(first, Math.min(random.chance(0.5) ? edge : time, this.#now));
  }

  #copies(count: number): FlatEvent[] {
    if (this.#deliveries.length === 0) return [];
    return Array.from({ length: count }, () => this.#random.pick(this.#deliveries).event);
  }
}

const only = (row: Row, keys: readonly string[]): Row =>
  Object.fromEntries(keys.map((key) => [key, row[key] ?? null]));

const withoutClosed = (rows: readonly Row[]): Row[] =>
  rows.map(({ closed_until: _, ...row }) => row);
