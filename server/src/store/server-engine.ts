import { createReadStream } from 'node:fs';
import { createClient } from '@clickhouse/client';
import type { ClickHouseClient } from '@clickhouse/client';
import { commonSettings, lenientJson, parseRows } from './engine';
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

/** A ClickHouse server over HTTP(S), also a cluster behind one address or ClickHouse Cloud. */
export class ServerEngine implements Engine {
  readonly kind = 'server';
  readonly #client: ClickHouseClient;

  constructor(address: ServerAddress) {
    this.#client = createClient({
      url: address.url,
      username: address.username,
      password: address.password,
      request_timeout: address.requestTimeoutMs,
      max_open_connections: address.connections,
      application: 'secret-insights',
      compression: { response: true },
    });
  }

  async select(statement: CompiledSql, options: StatementOptions): Promise<RawResult> {
    const result = await this.#client.query({
      query: statement.text,
      query_params: statement.parameters,
      query_id: options.queryId,
      format: 'JSONCompactEachRowWithNamesAndTypes',
      clickhouse_settings: {
        ...commonSettings,
        ...options.settings,
        // A viewer who left must not keep the server busy.
        cancel_http_readonly_queries_on_client_close: 1,
        http_write_exception_in_output_format: 0,
        wait_end_of_query: 1,
      },
      ...(options.signal && { abort_signal: options.signal }),
    });
    return parseRows(await result.text());
  }

  async execute(statement: CompiledSql, options: StatementOptions): Promise<void> {
    await this.#client.command({
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
    await this.#client.insert({
      table: target,
      columns: columns as [string, ...string[]],
      values: createReadStream(file),
      format: 'JSONEachRow',
      query_id: options.queryId,
      clickhouse_settings: {
        ...commonSettings,
        ...options.settings,
        ...lenientJson,
        max_insert_threads: '1',
      },
    });
  }

  async close(): Promise<void> {
    await this.#client.close();
  }
}
