import type { CompiledSql } from './sql';

/** Rows as the engine returned them, with names and types in front of them. */
export interface RawResult {
  names: string[];
  types: string[];
  rows: unknown[][];
  /** Length of the answer as text. */
  bytes: number;
}

export type Settings = Record<string, string | number>;

export interface StatementOptions {
  queryId: string;
  settings: Settings;
  /** Of our own accord (ingest, rollups, state), not because a viewer asked. */
  isOwn: boolean;
  /** Stops the statement where the engine can (a server); otherwise its time limit does. */
  signal?: AbortSignal;
}

/**
 * The two ways to reach ClickHouse behind one face: in this process, or a server over HTTP.
 * Everything above speaks only this.
 */
export interface Engine {
  readonly kind: 'embedded' | 'server';
  select(statement: CompiledSql, options: StatementOptions): Promise<RawResult>;
  /**
   * Gives the answer of a statement with one column of text, a line for each row, piece by piece: for what
   * is longer than memory. Where `give` throws, the statement stops.
   */
  readLines(
    statement: CompiledSql,
    options: StatementOptions,
    give: (piece: Uint8Array) => Promise<void>,
  ): Promise<void>;
  execute(statement: CompiledSql, options: StatementOptions): Promise<void>;
  /**
   * Reads a file of JSON objects (one after another, or an array) into a table whose columns are all
   * String. The engine parses it; the file's content is never part of a statement.
   */
  loadJson(
    target: string,
    columns: readonly string[],
    file: string,
    options: StatementOptions,
  ): Promise<void>;
  close(): Promise<void>;
}

/**
 * The settings that make both engines answer alike, whatever their own defaults and a user's profile
 * are. What changes a figure is pinned here.
 */
export const commonSettings: Settings = {
  session_timezone: 'UTC',
  output_format_json_quote_64bit_integers: 1,
  output_format_json_quote_denormals: 0,
  date_time_output_format: 'iso',
  // Paths in JSON metadata are searched for as they are written.
  output_format_json_escape_forward_slashes: 0,
  // Otherwise a statement can be refused on the engine's guess of its duration, before its limit.
  timeout_before_checking_execution_speed: 0,
  // Groups of nothing are no row, whatever they are grouped by.
  empty_result_for_aggregation_by_constant_keys_on_empty_set: 1,
  // An insert that was acknowledged is stored.
  async_insert: 0,
  // Starts of weeks and months before 1970 and after 2106 would wrap around.
  enable_extended_results_for_datetime_functions: 1,
  // A body may hold events of more months than the engine expects of one insert.
  max_partitions_per_insert_block: 0,
  aggregate_functions_null_for_empty: 0,
  join_use_nulls: 0,
  group_by_use_nulls: 0,
  transform_null_in: 0,
  final: 0,
  // A page of events is sorted by time and id alone; its other columns are read for its own rows (ClickHouse 25.4).
  query_plan_max_limit_for_lazy_materialization: 20_000,
  // A condition beside FINAL looks at the row that holds, not at earlier ones.
  optimize_move_to_prewhere_if_final: 0,
  limit: 0,
  offset: 0,
};

/** Lets any JSON value arrive in a String column, so that one odd event cannot refuse its whole batch. */
export const lenientJson: Settings = {
  input_format_skip_unknown_fields: 1,
  input_format_null_as_default: 1,
  input_format_json_read_numbers_as_strings: 1,
  input_format_json_read_bools_as_strings: 1,
  input_format_json_read_objects_as_strings: 1,
  input_format_json_read_arrays_as_strings: 1,
  // Keeps rows in the order of the body, which is how a rejected event is named.
  input_format_parallel_parsing: 0,
};

export const rowsFormat = 'JSONCompactEachRowWithNamesAndTypes';
export const linesFormat = 'TabSeparatedRaw';

/** Splits the engine's line-wise answer: names, types, then one array a row. */
export function parseRows(body: string): RawResult {
  const lines = body.split('\n').filter((line) => line !== '');
  const [names = '[]', types = '[]', ...rows] = lines;
  return {
    names: JSON.parse(names) as string[],
    types: JSON.parse(types) as string[],
    rows: rows.map((row) => JSON.parse(row) as unknown[]),
    bytes: body.length,
  };
}
