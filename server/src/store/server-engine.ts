import { createReadStream } from 'node:fs';
import { text } from 'node:stream/consumers';
import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import type { ClickHouseClient } from '@clickhouse/client';
import { commonSettings, lenientJson, linesFormat, parseRows, rowsFormat } from './engine';
import type { Engine, RawResult, StatementOptions } from './engine';
import type { CompiledSql } from './sql';

export interface ServerAddress {
  url: string;
  username: string;
  password: string;
  connections: number;
  /** Longer than any query may take, so that the database's own clear error comes first. */
  requestTimeoutMs: number;
}

/** Of rollups and migrations, which have no viewer waiting and no time limit of their own. */
const patientTimeoutMs = 60 * 60_000;

/** A ClickHouse server over HTTP(S). */
export class ServerEngine implements Engine {
  readonly kind = 'server';
  readonly #viewers: ClickHouseClient;
  /** Statements of our own never wait behind what viewers asked. */
  readonly #own: ClickHouseClient;
  readonly #patient: ClickHouseClient;

  constructor(address: ServerAddress) {
    const connect = (requestTimeoutMs: number): ClickHouseClient =>
      createClient({
        url: address.url,
        username: address.username,
        password: address.password,
        request_timeout: requestTimeoutMs,
        max_open_connections: address.connections,
        application: 'secret-insights',
        compression: { response: true },
        // Values of filters belong into the body: addresses end up in the logs of proxies.
        use_multipart_params: true,
        // Its log would quote the server's errors, which can quote rows.
        log: { level: ClickHouseLogLevel.OFF },
      });
    this.#viewers = connect(address.requestTimeoutMs);
    this.#own = connect(address.requestTimeoutMs);
    this.#patient = connect(patientTimeoutMs);
  }

  async select(statement: CompiledSql, options: StatementOptions): Promise<RawResult> {
    const result = await this.#clientFor(options).query({
      ...reading(statement, options),
      format: rowsFormat,
    });
    return parseRows(await result.text());
  }

  async readLines(
    statement: CompiledSql,
    options: StatementOptions,
    give: (piece: Uint8Array) => Promise<void>,
  ): Promise<void> {
    const asked = reading(statement, options);
    const { stream } = await this.#clientFor(options).exec({
      ...asked,
      query: `${asked.query}\nFORMAT ${linesFormat}`,
    });
    for await (const piece of stream as AsyncIterable<Buffer>) await give(piece);
  }

  async execute(statement: CompiledSql, options: StatementOptions): Promise<void> {
    await this.#clientFor(options).command({
      query: statement.text,
      query_params: statement.parameters,
      query_id: options.queryId,
      clickhouse_settings: { ...commonSettings, ...options.settings, wait_end_of_query: 1 },
    });
  }

  async loadJson(
    target: string,
    columns: readonly string[],
    file: string,
    options: StatementOptions,
  ): Promise<void> {
    // The statement travels in the address, the file alone is the body: the server parses it as rows.
    const { stream } = await this.#own.exec({
      query: `INSERT INTO ${target} (${columns.join(', ')}) FORMAT JSONEachRow`,
      values: createReadStream(file),
      query_id: options.queryId,
      clickhouse_settings: {
        ...commonSettings,
        ...options.settings,
        ...lenientJson,
        max_insert_threads: '1',
        wait_end_of_query: 1,
      },
    });
    // The connection is free for the next statement once the answer was read to its end.
    await text(stream);
  }

  async close(): Promise<void> {
    await Promise.all([this.#viewers, this.#own, this.#patient].map((client) => client.close()));
  }

  #clientFor({ settings, isOwn }: StatementOptions): ClickHouseClient {
    if (settings.max_execution_time === 0) return this.#patient;
    return isOwn ? this.#own : this.#viewers;
  }
}

function reading(statement: CompiledSql, { queryId, settings, signal }: StatementOptions) {
  return {
    query: statement.text,
    query_params: statement.parameters,
    query_id: queryId,
    clickhouse_settings: {
      ...commonSettings,
      ...settings,
      // Reads only, whatever a statement says; the next setting holds for such queries alone.
      readonly: '2',
      // A viewer who left must not keep the server busy.
      cancel_http_readonly_queries_on_client_close: 1,
      http_write_exception_in_output_format: 0,
      wait_end_of_query: 1,
    },
    ...(signal && { abort_signal: signal }),
  } as const;
}
