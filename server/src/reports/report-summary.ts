import { z } from 'zod';
import type { Cell, Row } from '../contract';
import type { CsvColumn, CsvOptions } from './csv-file';

/** What a mail says of a report: its first rows, and a series as bars. Kept beside the files. */
export const reportSummarySchema = z.object({
  type: z.string(),
  titles: z.array(z.string()),
  rows: z.array(z.array(z.string())),
  bars: z.array(z.object({ label: z.string(), value: z.number().nullable() })).nullable(),
  /** What the insight says of its answer. */
  notices: z.array(z.string()).default([]),
});
export type ReportSummary = z.infer<typeof reportSummarySchema>;

const shownRows = 5;
const shownColumns = 6;
const shownBars = 31;

const counts = new Intl.NumberFormat('en-US', { maximumFractionDigits: 3 });
const shares = new Intl.NumberFormat('en-US', {
  style: 'percent',
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});

/** A cell for reading, where a file's is for calculating. */
function shownCell(cell: Cell, { type, unit }: CsvColumn, { zonedTime }: CsvOptions): string {
  if (cell === null) return '';
  if (type === 'time')
    return zonedTime(Date.parse(String(cell)))
      .slice(0, 19)
      .replace('T', ' ');
  if (typeof cell === 'number') return (unit === 'percentunit' ? shares : counts).format(cell);
  if (Array.isArray(cell)) return cell.join(', ');
  return typeof cell === 'object' ? JSON.stringify(cell) : String(cell);
}

/** Notes what the mail will show while the rows pass by. */
export class SummaryTaker {
  readonly #type: string;
  readonly #columns: readonly CsvColumn[];
  readonly #options: CsvOptions;
  readonly #rows: string[][] = [];
  readonly #bars: Map<string, number | null> | null;
  readonly #figure: CsvColumn | undefined;

  constructor(
    type: string,
    columns: readonly CsvColumn[],
    { isSeries, ...options }: CsvOptions & { isSeries: boolean },
  ) {
    this.#type = type;
    this.#columns = columns;
    this.#options = options;
    this.#figure = columns.find((column) => column.type === 'integer' || column.type === 'number');
    this.#bars = isSeries && this.#figure ? new Map() : null;
  }

  note(row: Row): void {
    if (this.#rows.length < shownRows) {
      this.#rows.push(
        this.#columns
          .slice(0, shownColumns)
          .map((column) => shownCell(row[column.key] ?? null, column, this.#options)),
      );
    }
    if (this.#bars && this.#figure) this.#addTo(this.#bars, row, this.#figure.key);
  }

  /** The parts of a split series add up to one bar. */
  #addTo(bars: Map<string, number | null>, row: Row, figure: string): void {
    const label = this.#options.zonedTime(Date.parse(String(row.time))).slice(0, 10);
    const value = row[figure];
    const before = bars.get(label) ?? null;
    bars.set(label, typeof value === 'number' ? (before ?? 0) + value : before);
  }

  summary(notices: readonly string[]): ReportSummary {
    const bars = this.#bars && [...this.#bars].map(([label, value]) => ({ label, value }));
    return {
      type: this.#type,
      titles: this.#columns.slice(0, shownColumns).map(({ title }) => title),
      rows: this.#rows,
      bars: bars && bars.slice(-shownBars),
      notices: [...notices],
    };
  }
}
