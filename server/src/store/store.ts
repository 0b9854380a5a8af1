import { createHash, randomUUID } from 'node:crypto';
import { Failure } from '../failure';
import { laneOf, sharedSurfaces, stateSurfaces, unseenSurfaces } from './asker';
import type { Asker } from './asker';
import { clusterSettings, clusterStateSettings, forCluster, tableWithParts } from './cluster';
import { decodeRow } from './decode';
import type { CellValue } from './decode';
import type { Engine, StatementOptions } from './engine';
import { toFailure } from './engine-failure';
import { handOver } from './hand-over';
import { KnownOrgs } from './known-orgs';
import { SharedAnswers } from './shared-answers';
import { bind, identifier, sql } from './sql';
import type { CompiledSql, Sql } from './sql';
import { Turns } from './turns';

export interface QueryLimits {
  seconds: number;
  memoryBytes: number;
  /** Statements of viewers that run at the same time; 4 where not given. */
  atOnce?: number;
  /** Statements of viewers that may wait in each lane; 200 where not given. */
  waiting?: number;
  /** Memory for answers that are kept for the next who asks the same; 64 MB where not given. */
  answerBytes?: number;
}

export interface QueryResult {
  names: string[];
  types: string[];
  rows: CellValue[][];
  queryId: string;
}

export interface StatementStatistics {
  /** Called after every statement; the metrics endpoint counts with it. */
  onStatement: (surface: Asker['surface'], seconds: number, failure: Failure | null) => void;
}

/** How long a statement waits for a slow reader, in milliseconds. */
const patienceMs = 1_000;

/** What others write to the tables we read shows within this time. */
const keepMs = 60_000;

export type { Asker } from './asker';

/** One database of a ClickHouse engine: every statement of the product passes here. */
export class Store {
  /** Who runs and who waits, among those that people wait for. */
  readonly turns: Turns;
  /**
   * Answers that viewers share. What is kept is the answer to a statement, values included, and it is
   * given only while nothing was written: asking again would give the same. So scope, filters and
   * definitions, which stand in the statement, cannot be mixed up, and what a caller may not see is
   * taken out of the copy that the caller gets.
   */
  readonly shared: SharedAnswers<QueryResult & { bytes: number }>;
  readonly database: string;
  readonly knownOrgs = new KnownOrgs();
  readonly #engine: Engine;
  readonly #limits: QueryLimits;
  readonly #statistics: StatementStatistics | undefined;
  readonly #cluster: string | null;
  /** Goes on before and after everything that this process writes. */
  #writes = 0;
  /** The state of the data as the store itself tells it, where others write too. */
  #told = '';
  #keepMs = keepMs;
  #guard: () => void = () => undefined;

  constructor(
    engine: Engine,
    database: string,
    limits: QueryLimits,
    statistics?: StatementStatistics,
    /** Name of the cluster that the tables are spread over; null for one server, or one that sees to it itself. */
    cluster: string | null = null,
  ) {
    this.#engine = engine;
    this.database = database;
    this.#limits = limits;
    this.#statistics = statistics;
    this.#cluster = cluster;
    this.turns = new Turns({ atOnce: limits.atOnce ?? 4, waiting: limits.waiting ?? 200 });
    this.shared = new SharedAnswers({
      bytes: limits.answerBytes ?? 64 * 2 ** 20,
      sizeOf: ({ rows, names, bytes }) => 1_000 + bytes + rows.length * (64 + names.length * 32),
    });
  }

  get kind(): Engine['kind'] {
    return this.#engine.kind;
  }

  /** A table of ours, with its database in front. */
  table(name: string): Sql {
    return sql`${identifier(this.database)}.${identifier(name)}`;
  }

  /** `system.parts` of all nodes, each shard once. */
  get parts(): Sql {
    return this.#cluster === null
      ? sql`system.parts`
      : sql`cluster(${identifier(this.#cluster)}, system.parts)`;
  }

  /** The active parts of a table of ours, as `system.parts` describes them. */
  partsOf(table: string): Sql {
    return sql`(SELECT * FROM ${this.parts} WHERE active AND database = ${bind.text(this.database)} AND table = ${bind.text(tableWithParts(table, this.#cluster))})`;
  }

  /** Called before everything that is written; throws where this process may not write now. */
  guardWrites(guard: () => void): void {
    this.#guard = guard;
  }

  /** Something was written that did not pass here: no answer from before is given any more. */
  changed(): void {
    this.#writes++;
  }

  /** For a process that does not write alone: answers are shared only while this is the same. */
  changedTo(state: string): void {
    this.#told = state;
  }

  /** For tables of others that do not show when they are written to. */
  keepAnswersFor(milliseconds: number): void {
    this.#keepMs = milliseconds;
  }

  /** Others may hold the same rows: nobody may change them. */
  async query(statement: Sql, asker: Asker): Promise<QueryResult> {
    const compiled = statement.compile();
    if (!sharedSurfaces.has(asker.surface) || asker.settings) return this.#ask(compiled, asker);
    const place = {
      key: keyOf(compiled),
      state: () => `${this.#writes} ${this.#told}`,
      lane: laneOf[asker.surface] ?? '',
      keepMs: this.#keepMs,
    };
    try {
      return await this.shared.get(
        place,
        (signal) => this.#ask(compiled, { ...asker, signal }),
        asker.signal,
      );
    } catch (error) {
      throw toFailure(error, 'none');
    }
  }

  async #ask(statement: CompiledSql, asker: Asker): Promise<QueryResult & { bytes: number }> {
    return this.#run(asker, async (options) => {
      const raw = await this.#engine.select(statement, options);
      const decode = decodeRow(raw.types);
      return { ...raw, rows: raw.rows.map(decode), queryId: options.queryId };
    });
  }

  /** The rows as objects; for the store's own small look-ups, whose columns are known. */
  async rows(statement: Sql, asker: Asker): Promise<Record<string, CellValue>[]> {
    const { names, rows } = await this.query(statement, asker);
    return rows.map((row) => {
      const named: Record<string, CellValue> = {};
      // Not from entries, which take three times as long: files have millions of rows.
      names.forEach((name, index) => (named[name] = row[index] ?? null));
      return named;
    });
  }

  /**
   * The lines of a statement with one column of text, in pieces as they are taken; never shared and never kept.
   * Who stops taking them stops the statement.
   */
  async *lines(statement: Sql, asker: Asker): AsyncGenerator<Buffer> {
    const { give, pieces } = handOver(patienceMs);
    const written = this.#run(asker, (options) =>
      this.#engine.readLines(statement.compile(), options, give),
    );
    // Where it fails the reader is told below, after what came before.
    written.then(
      () => pieces.end(),
      () => pieces.end(),
    );
    try {
      for await (const piece of pieces as AsyncIterable<Uint8Array>) {
        yield Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
      }
      await written;
    } finally {
      pieces.destroy();
    }
  }

  async execute(statement: Sql, asker: Asker): Promise<void> {
    const compiled = statement.compile();
    const statements = this.#cluster === null ? [compiled] : forCluster(compiled, this.#cluster);
    for (const each of statements) {
      await this.#write(asker, (options) => this.#engine.execute(each, options));
    }
  }

  async loadJson(
    table: string,
    columns: readonly string[],
    file: string,
    asker: Asker,
  ): Promise<void> {
    await this.#write(asker, (options) =>
      this.#engine.loadJson(this.table(table).compile().text, columns, file, options),
    );
  }

  /** @throws Failure where the engine does not answer. */
  async ping(): Promise<void> {
    await this.query(sql`SELECT 1`, { surface: 'state' });
  }

  async close(): Promise<void> {
    await this.#engine.close();
  }

  /** Before: what is asked from now on may see it. After: what was asked meanwhile may not have. */
  async #write(asker: Asker, work: (options: StatementOptions) => Promise<void>): Promise<void> {
    const isSeen = !unseenSurfaces.has(asker.surface);
    if (isSeen && asker.surface !== 'migration') this.#guard();
    if (isSeen) this.#writes++;
    try {
      await this.#run(asker, work);
    } finally {
      if (isSeen) this.#writes++;
    }
  }

  async #run<T>(asker: Asker, work: (options: StatementOptions) => Promise<T>): Promise<T> {
    const queryId = randomUUID();
    const lane = laneOf[asker.surface];
    const started = performance.now();
    let failure: Failure | null = null;
    const options: StatementOptions = {
      queryId,
      isOwn: lane === undefined,
      settings: {
        max_execution_time: this.#limits.seconds,
        max_memory_usage: this.#limits.memoryBytes,
        log_comment: `secret-insights ${asker.surface} ${asker.insight ?? '-'}`,
        ...(this.#cluster !== null && {
          ...clusterSettings,
          ...(stateSurfaces.has(asker.surface) && clusterStateSettings),
        }),
        // Nobody watches a file being made: inside this process it leaves the other cores to those who wait.
        ...(lane === 'file' && this.kind === 'embedded' && { max_threads: 1 }),
        ...asker.settings,
      },
      ...(asker.signal && { signal: asker.signal }),
    };
    try {
      return await (lane === undefined
        ? work(options)
        : this.turns.run(lane, () => work(options), asker.signal));
    } catch (error) {
      failure = toFailure(error, queryId);
      throw failure;
    } finally {
      this.#statistics?.onStatement(asker.surface, (performance.now() - started) / 1000, failure);
    }
  }
}

const keyOf = ({ text, parameters }: CompiledSql): string =>
  createHash('sha256')
    .update(JSON.stringify([text, parameters]))
    .digest('base64');
