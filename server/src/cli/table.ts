import type { Cell, ColumnDescription, InsightResult, Row } from '../contract';
import {
  displayWidth,
  fit,
  formatNumber,
  formatShare,
  padLeft,
  padRight,
  printable,
} from './terminal';
import type { Paint } from './terminal';

const unknown = '–';
/** A cell wider than this is cut; JSON and CSV have all of it. */
const widestCell = 60;
const between = '  ';

/** An answer as aligned columns for a terminal, notices below. */
export function renderTable({ columns, rows, meta }: InsightResult, paint: Paint): string {
  // A series that nothing splits has no label to show.
  const shown = columns.filter(({ key }) => key !== 'by' || rows.some((row) => row.by !== null));
  const figures = shown.every(isNumeric) && rows.length === 1 ? rows[0] : undefined;
  const body = figures ? figureLines(shown, figures, paint) : tableLines(shown, rows, paint);
  const notices = meta.notices.map(({ severity, text }) =>
    paint.dim(`${severity === 'info' ? '' : `${severity}: `}${printable(text)}`),
  );
  return [...body, ...(notices.length > 0 ? ['', ...notices] : [])].join('\n');
}

function figureLines(columns: ColumnDescription[], row: Row, paint: Paint): string[] {
  const titles = columns.map(({ title }) => title);
  const values = columns.map((column) => textOf(column, row[column.key] ?? null, false));
  const titleWidth = widest(titles);
  const valueWidth = widest(values);
  return columns.map(
    ({ title }, index) =>
      paint.bold(padRight(title, titleWidth)) + between + padLeft(values[index] ?? '', valueWidth),
  );
}

function tableLines(columns: ColumnDescription[], rows: Row[], paint: Paint): string[] {
  const laid = columns.map((column) => {
    const wholeDays = rows.every((row) => isMidnight(row[column.key] ?? null));
    const cells = rows.map((row) => textOf(column, row[column.key] ?? null, wholeDays));
    const pad = isNumeric(column) ? padLeft : padRight;
    return { title: column.title, cells, pad, width: widest([column.title, ...cells]) };
  });
  const line = (texts: string[]): string =>
    laid
      .map(({ pad, width }, index) => pad(texts[index] ?? '', width))
      .join(between)
      .trimEnd();
  return [
    paint.bold(line(laid.map(({ title }) => title))),
    ...rows.map((_, index) => line(laid.map(({ cells }) => cells[index] ?? ''))),
  ];
}

const isNumeric = ({ type }: ColumnDescription): boolean => type === 'integer' || type === 'number';
const isMidnight = (cell: Cell): boolean =>
  cell === null || String(cell).endsWith('T00:00:00.000Z');
const widest = (texts: string[]): number => Math.max(0, ...texts.map(displayWidth));

function textOf({ type, unit }: ColumnDescription, cell: Cell, wholeDays: boolean): string {
  if (cell === null) return unknown;
  if (typeof cell === 'number') {
    if (unit === 'percentunit') return formatShare(cell);
    return unit === 's' ? `${formatNumber(cell)} s` : formatNumber(cell);
  }
  if (type === 'time') {
    const [date = '', clock = ''] = String(cell).split('T');
    return wholeDays ? date : `${date} ${clock.slice(0, 5)}`;
  }
  if (Array.isArray(cell)) return fit(printable(cell.join(', ')), widestCell);
  return fit(printable(typeof cell === 'object' ? JSON.stringify(cell) : String(cell)), widestCell);
}
