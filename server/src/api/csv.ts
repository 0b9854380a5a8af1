import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify';
import type { Response } from 'express';
import type { Cell, InsightResult } from '../contract';
import { csvDialect } from '../csv-dialect';

/**
 * An answer as CSV for programs: the header is the column keys, and no cell is changed. (Reports, which
 * people open in a spreadsheet, guard against formulas.)
 */
export async function sendCsv(response: Response, result: InsightResult): Promise<void> {
  response.status(200);
  response.type('text/csv; charset=utf-8');
  response.attachment(`${result.meta.insight}.csv`);
  response.setHeader('X-Secret-Insights-Truncated', String(result.meta.truncated));
  const writer = stringify(csvDialect);
  await pipeline(Readable.from(lines(result)), writer, response);
}

function* lines({ columns, rows }: InsightResult): Generator<string[]> {
  const keys = columns.map(({ key }) => key);
  yield keys;
  for (const row of rows) yield keys.map((key) => csvCell(row[key] ?? null));
}

/** Lists are joined with semicolons; a missing value is empty. */
export function csvCell(cell: Cell): string {
  if (cell === null) return '';
  if (Array.isArray(cell)) return cell.join(';');
  return typeof cell === 'object' ? JSON.stringify(cell) : String(cell);
}
