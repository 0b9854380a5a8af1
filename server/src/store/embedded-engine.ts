import { mkdirSync } from 'node:fs';
import { createClient } from '@clickhouse/client';
import type { ClickHouseClient } from '@clickhouse/client';
import { Failure } from '../failure';
import { commonSettings, lenientJson, parseRows } from './engine';
import type { Engine, RawResult, StatementOptions } from './engine';
import { Pool } from './pool';
import { literal, parameterText } from './parameter-text';
import type { CompiledSql } from './sql';

type InjectedConnection = NonNullable<
  NonNullable<Parameters<typeof createClient>[0]>['connection']
>;

/**
 * ClickHouse inside this process, on a folder that belongs to it alone.
 *
 * A statement has a connection to itself, and an error retires that connection: rows that a query
 * wrote before it failed come out in front of the next result on the same connection otherwise.
 */
export class EmbeddedEngine implements Engine {
  readonly kind = 'embedded';
  readonly #pool: Pool<ClickHouseClient>;

  private constructor(pool: Pool<ClickHouseClient>) {
    this.#pool = pool;
  }

  static async open(path: string, connections: number): Promise<EmbeddedEngine> {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const { createChdbConnection } = await loadChdb();
    // The two packages describe one interface in copies of their own, which differ in optional members.
    const connect = (): ClickHouseClient =>
      createClient({ connection: createChdbConnection({ path }) as unknown as InjectedConnection });
    const engine = new EmbeddedEngine(
      new Pool({ size: connections, open: connect, close: (client) => client.close() }),
    );
    try {
      await engine.#pool.use((client) => client.command({ query: 'SELECT 1' }));
    } catch (error) {
      throw explainOpening(error, path);
    }
    return engine;
  }

  async select(statement: CompiledSql, options: StatementOptions): Promise<RawResult> {
    return this.#pool.use(async (client) => {
      await bindParameters(client, statement);
      const result = await client.query({
        query: statement.text,
        format: 'JSONCompactEachRowWithNamesAndTypes',
        clickhouse_settings: { ...commonSettings, ...options.settings },
      });
      return parseRows(await result.text());
    });
  }

  async execute(statement: CompiledSql, options: StatementOptions): Promise<void> {
    await this.#pool.use(async (client) => {
      await bindParameters(client, statement);
      await client.command({
        query: statement.text,
        clickhouse_settings: { ...commonSettings, ...options.settings },
      });
    });
  }

  async loadJson(
    target: string,
    columns: readonly string[],
    file: string,
    options: StatementOptions,
  ): Promise<void> {
    const structure = columns.map((column) => `${column} String`).join(', ');
    // The engine reads the file by its path: a body glued to a statement would be executed.
    await this.execute(
      {
        text: `INSERT INTO ${target} (${columns.join(', ')}) SELECT ${columns.join(', ')} FROM file(${literal(file)}, 'JSONEachRow', ${literal(structure)})`,
        parameters: {},
      },
      {
        ...options,
        settings: { ...options.settings, ...lenientJson, max_insert_threads: 1, max_threads: 1 },
      },
    );
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }
}

/**
 * `SET param_…` on the statement's own connection instead of the client's query parameters: those are
 * serialised across the whole process, so that a light query would wait behind every heavy one.
 */
async function bindParameters(client: ClickHouseClient, statement: CompiledSql): Promise<void> {
  const entries = Object.entries(statement.parameters);
  if (entries.length === 0) return;
  const assignments = entries.map(
    ([name, value]) => `param_${name} = ${literal(parameterText(value))}`,
  );
  await client.command({ query: `SET ${assignments.join(', ')}` });
}

async function loadChdb(): Promise<typeof import('chdb/connection')> {
  try {
    return await import('chdb/connection');
  } catch (error) {
    throw new Failure(
      'unreachable',
      `The embedded database has no build for ${process.platform}-${process.arch}: set CLICKHOUSE_URL to a ClickHouse server, or start with docker compose up.`,
      { cause: error },
    );
  }
}

function explainOpening(error: unknown, path: string): unknown {
  const text = error instanceof Error ? error.message : '';
  return text.includes('Cannot lock file')
    ? new Failure(
        'conflict',
        `Another process already uses the store in ${path}: stop it, or choose another folder with SECRET_INSIGHTS_DATA.`,
      )
    : error;
}
