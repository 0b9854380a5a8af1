import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import type { InsightResult } from '../contract';
import { badParameter } from '../failure';
import { call } from './connection';
import type { Connection } from './connection';
import { renderTable } from './table';
import { timePreset } from './time-presets';
import { paintFor } from './terminal';

export const formats = ['table', 'json', 'csv'] as const;
export type Format = (typeof formats)[number];

/**
 * `--bucket hour --environment=prod` as names and values of the address that asks the server. It knows
 * the parameters and filters of every insight, so the command line need not.
 * @throws Failure where a value is missing or a word is left over.
 */
export function searchFrom(words: readonly string[], filters: readonly string[]): URLSearchParams {
  const search = new URLSearchParams();
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    const option = /^--([^=]+)(?:=(.*))?$/s.exec(word);
    if (!option) {
      throw badParameter(
        word,
        `'${word}' is one word too many: parameters are given as --name value.`,
      );
    }
    const [, name = '', joined] = option;
    const value = joined ?? words[(index += 1)];
    if (value === undefined || (joined === undefined && value.startsWith('--'))) {
      throw badParameter(name, `--${name} needs a value.`);
    }
    search.append(name, name === 'from' || name === 'to' ? timePreset(value) : value);
  }
  for (const filter of filters) {
    const at = filter.indexOf('=');
    if (at < 1) {
      throw badParameter(
        'filter',
        `--filter must be field=value or field.op=value, not '${filter}'.`,
      );
    }
    search.append(filter.slice(0, at), filter.slice(at + 1));
  }
  return search;
}

/** Asks the server and writes its answer to standard output. */
export async function queryServer(
  connection: Connection,
  insight: string,
  search: URLSearchParams,
  format: Format,
): Promise<void> {
  const path = `/api/v1/insights/${encodeURIComponent(insight)}?${search.toString()}`;
  const accept = format === 'csv' ? 'text/csv' : 'application/json';
  const response = await call(connection, path, { accept });
  if (format === 'table') return writeTable((await response.json()) as InsightResult);
  if (response.body) {
    const body = Readable.fromWeb(response.body);
    await pipeline(body, process.stdout, { end: false });
  }
  if (format === 'json') process.stdout.write('\n');
}

export function writeTable(result: InsightResult): void {
  process.stdout.write(`${renderTable(result, paintFor(process.stdout))}\n`);
}
