import { mkdirSync } from 'node:fs';
import { ClickHouseLogLevel, createClient, parseError } from '@clickhouse/client';
import type { ClickHouseClient } from '@clickhouse/client';
import { Failure } from '../failure';
import { commonSettings, lenientJson, linesFormat, parseRows, rowsFormat } from './engine';
import type { Engine, RawResult, Settings, StatementOptions } from './engine';
import { Pool } from './pool';
import { literal, parameterText } from './parameter-text';
import type { CompiledSql } from './sql';

type InjectedConnection = NonNullable<
  NonNullable<Parameters<typeof createClient>[0]>['connection']
>;

type StreamQuery = ReturnType<
  typeof import('chdb/connection').createChdbConnection
>['chdb']['queryStream'];

interface Connection {
  client: ClickHouseClient;
  /** The client has an answer only whole. */
  stream: StreamQuery;
  /** Settings stay on a connection until they are set again: what is set on this one. */
  settings: Map<string, string | number>;
}

/** Statements of our own never wait behind what viewers asked: ingest, state and health keep a way through. */
const ownConnections = 3;

/**
 * ClickHouse inside this process, on a folder that belongs to it alone.
 *
 * A statement has a connection to itself, and an error retires that connection: rows that a query
 * wrote before it failed come out in front of the next result on the same connection otherwise.
 */
export class EmbeddedEngine implements Engine {
  readonly kind = 'embedded';
  readonly #viewers: Pool<Connection>;
  readonly #own: Pool<Connection>;

  private constructor(open: () => Connection, connections: number) {
    const close = ({ client }: Connection): Promise<void> => client.close();
    this.#viewers = new Pool({ size: connections, open, close });
    this.#own = new Pool({ size: ownConnections, open, close });
  }

  /** @param connections how many statements of viewers run at the same time */
  static async open(path: string, connections: number): Promise<EmbeddedEngine> {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const { createChdbConnection } = await loadChdb();
    const connect = (): Connection => {
      const connection = createChdbConnection({ path });
      return {
        client: createClient({
          // The two packages describe one interface in copies of their own, which differ in optional members.
          connection: connection as unknown as InjectedConnection,
          // Its log would quote the engine's errors, which can quote rows.
          log: { level: ClickHouseLogLevel.OFF },
        }),
        stream: (...asked) => connection.chdb.queryStream(...asked),
        settings: new Map(),
      };
    };
    const engine = new EmbeddedEngine(connect, connections);
    try {
      await engine.#own.use(({ client }) => client.command({ query: 'SELECT 1' }));
    } catch (error) {
      throw explainOpening(error, path);
    }
    return engine;
  }

  async select(statement: CompiledSql, options: StatementOptions): Promise<RawResult> {
    return this.#poolFor(options).use(async (connection) => {
      const query = prepared(connection, statement, options.settings);
      const result = await connection.client.query({ query, format: rowsFormat });
      return parseRows(await result.text());
    }, options.signal);
  }

  async readLines(
    statement: CompiledSql,
    options: StatementOptions,
    give: (piece: Uint8Array) => Promise<void>,
  ): Promise<void> {
    await this.#poolFor(options).use(async (connection) => {
      const changes = changesFor(connection, statement, options.settings);
      if (changes !== '') await connection.client.command({ query: changes });
      for await (const piece of linesOf(connection, statement.text)) await give(piece);
    }, options.signal);
  }

  async execute(statement: CompiledSql, options: StatementOptions): Promise<void> {
    await this.#poolFor(options).use(async (connection) => {
      const query = prepared(connection, statement, options.settings);
      await connection.client.command({ query });
    }, options.signal);
  }

  #poolFor({ isOwn }: StatementOptions): Pool<Connection> {
    return isOwn ? this.#own : this.#viewers;
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
    await Promise.all([this.#viewers.close(), this.#own.close()]);
  }
}

/**
 * The statement behind one `SET` of what has to be different on its connection, and of its parameters.
 * Not with the client's settings, each of which is a statement of its own before every statement, nor with
 * its query parameters, which are serialised across the whole process, so that a light query would wait
 * behind every heavy one.
 */
function prepared(connection: Connection, statement: CompiledSql, settings: Settings): string {
  const changes = changesFor(connection, statement, settings);
  return changes === '' ? statement.text : `${changes}; ${statement.text}`;
}

function changesFor(
  connection: Connection,
  { parameters }: CompiledSql,
  settings: Settings,
): string {
  const wanted = new Map(Object.entries({ ...commonSettings, ...settings }));
  const set = connection.settings;
  connection.settings = wanted;
  const changes = [
    ...[...set.keys()].filter((name) => !wanted.has(name)).map((name) => `${name} = DEFAULT`),
    ...[...wanted]
      .filter(([name, value]) => set.get(name) !== value)
      .map(([name, value]) => `${name} = ${literal(String(value))}`),
    ...Object.entries(parameters).map(
      ([name, value]) => `param_${name} = ${literal(parameterText(value))}`,
    ),
  ];
  return changes.length === 0 ? '' : `SET ${changes.join(', ')}`;
}

/** With errors as the client throws them: it knows nothing of streams. */
async function* linesOf({ stream }: Connection, query: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of stream(query, { format: linesFormat })) yield chunk.raw();
  } catch (error) {
    throw parseError(error instanceof Error ? error.message : String(error));
  }
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
  // The engine writes the reason (a lock) to its own output and gives only this to its caller.
  return text.includes('Failed to create connection')
    ? new Failure(
        'conflict',
        `Another process already uses the store in ${path}: stop it, or choose another folder with SECRET_INSIGHTS_DATA.`,
      )
    : error;
}
