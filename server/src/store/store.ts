import { randomUUID } from 'node:crypto';
import { Failure } from '../failure';
import { decodeRow } from './decode';
import type { CellValue } from './decode';
import type { Engine, Settings, StatementOptions } from './engine';
import { toFailure } from './engine-failure';
import { identifier, sql } from './sql';
import type { Sql } from './sql';

/** Who asks, for the database's own query log and for limits. Never holds a value from a request. */
export interface Asker {
  surface: 'insight' | 'events' | 'fields' | 'ingest' | 'rollup' | 'migration' | 'state' | 'report';
  insight?: string;
  signal?: AbortSignal;
  /** Overrides the common limits where a job knows better. */
  settings?: Settings;
}

export interface QueryLimits {
  seconds: number;
  memoryBytes: number;
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

/** One database of a ClickHouse engine: every statement of the product passes here. */
export class Store {
  readonly database: string;
  readonly #engine: Engine;
  readonly #limits: QueryLimits;
  readonly #statistics: StatementStatistics | undefined;

  constructor(
    engine: Engine,
    database: string,
    limits: QueryLimits,
    statistics?: StatementStatistics,
  ) {
    this.#engine = engine;
    this.database = database;
    this.#limits = limits;
    this.#statistics = statistics;
  }

  get kind(): Engine['kind'] {
    return this.#engine.kind;
  }

  /** A table of ours, with its database in front. */
  table(name: string): Sql {
    return sql`${identifier(this.database)}.${identifier(name)}`;
  }

  async query(statement: Sql, asker: Asker): Promise<QueryResult> {
    return this.#run(asker, async (options) => {
      const raw = await this.#engine.select(statement.compile(), options);
      const decode = decodeRow(raw.types);
      return {
        names: raw.names,
        types: raw.types,
        rows: raw.rows.map(decode),
        queryId: options.queryId,
      };
    });
  }

  /** The rows as objects; for the store's own small look-ups, whose columns are known. */
  async rows(statement: Sql, asker: Asker): Promise<Record<string, CellValue>[]> {
    const { names, rows } = await this.query(statement, asker);
    return rows.map((row) =>
      Object.fromEntries(names.map((name, index) => [name, row[index] ?? null])),
    );
  }

  async execute(statement: Sql, asker: Asker): Promise<void> {
    await this.#run(asker, (options) => this.#engine.execute(statement.compile(), options));
  }

  async loadJson(
    table: string,
    columns: readonly string[],
    file: string,
    asker: Asker,
  ): Promise<void> {
    await this.#run(asker, (options) =>
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

  async #run<T>(asker: Asker, work: (options: StatementOptions) => Promise<T>): Promise<T> {
    const queryId = randomUUID();
    const started = performance.now();
    let failure: Failure | null = null;
    try {
      return await work({
        queryId,
        isOwn: !viewerSurfaces.has(asker.surface),
        settings: {
          max_execution_time: this.#limits.seconds,
          max_memory_usage: this.#limits.memoryBytes,
          log_comment: `secret-insights ${asker.surface} ${asker.insight ?? '-'}`,
          ...asker.settings,
        },
        ...(asker.signal && { signal: asker.signal }),
      });
    } catch (error) {
      failure = toFailure(error, queryId);
      throw failure;
    } finally {
      this.#statistics?.onStatement(asker.surface, (performance.now() - started) / 1000, failure);
    }
  }
}

/** What people wait for, and can ask for more of than the database can answer at once. */
const viewerSurfaces: ReadonlySet<Asker['surface']> = new Set([
  'insight',
  'events',
  'fields',
  'report',
]);
