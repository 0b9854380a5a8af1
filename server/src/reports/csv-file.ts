import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify/sync';
import type { Cell, ColumnType, Row } from '../contract';
import { csvDialect } from '../csv-dialect';
import { guarded } from './csv-guard';

/** A column of a report's file: its title, and where its cells come from. */
export interface CsvColumn {
  title: string;
  key: string;
  type: ColumnType;
  /** As Grafana names it; the file itself holds bare numbers. */
  unit?: string;
}

export interface CsvOptions {
  zonedTime: (instant: number) => string;
  bom: boolean;
}

/** A cell as people open it in a spreadsheet; a missing value is empty. */
export function reportCell(cell: Cell, type: ColumnType, { zonedTime }: CsvOptions): string {
  if (cell === null) return '';
  if (type === 'time') return zonedTime(Date.parse(String(cell)));
  if (typeof cell === 'number' || typeof cell === 'boolean') return String(cell);
  if (Array.isArray(cell)) return guarded(cell.join(';'));
  return guarded(typeof cell === 'object' ? JSON.stringify(cell) : cell);
}

/**
 * Writes rows as they come, beside the file's place, and puts the whole file there at once: what has
 * the name of a report is never half of one.
 */
export async function writeCsv(
  file: string,
  columns: readonly CsvColumn[],
  pages: AsyncIterable<readonly Row[]>,
  options: CsvOptions,
): Promise<{ bytes: number; sha256: string }> {
  const measure = new Measure();
  const part = `${file}.part`;
  await pipeline(
    Readable.from(texts(columns, pages, options), { objectMode: false }),
    measure,
    createWriteStream(part, { mode: 0o600 }),
  );
  await settle(part);
  await rename(part, file);
  return { bytes: measure.bytes, sha256: measure.digest() };
}

/** Few enough that other work comes in between; one by one, passing them on took as long as writing them. */
const rowsAtOnce = 500;

async function* texts(
  columns: readonly CsvColumn[],
  pages: AsyncIterable<readonly Row[]>,
  options: CsvOptions,
): AsyncGenerator<string> {
  const written = (lines: string[][], bom: boolean): string =>
    stringify(lines, { ...csvDialect, bom });
  yield written([columns.map(({ title }) => title)], options.bom);
  for await (const rows of pages) {
    for (let start = 0; start < rows.length; start += rowsAtOnce) {
      const lines = rows
        .slice(start, start + rowsAtOnce)
        .map((row) => columns.map(({ key, type }) => reportCell(row[key] ?? null, type, options)));
      yield written(lines, false);
    }
  }
}

/** To the disk itself: the state is told of the file next, and must not know more than the disk. */
async function settle(file: string): Promise<void> {
  const handle = await open(file, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Lets bytes through, counts them and takes their digest. */
class Measure extends Transform {
  bytes = 0;
  readonly #hash = createHash('sha256');

  override _transform(
    chunk: Buffer,
    _encoding: string,
    done: (error: Error | null, chunk: Buffer) => void,
  ): void {
    this.bytes += chunk.length;
    this.#hash.update(chunk);
    done(null, chunk);
  }

  digest(): string {
    return this.#hash.digest('hex');
  }
}
