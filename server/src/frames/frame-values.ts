import type { Cell, ColumnDescription, ColumnType, Row } from '../contract';
import type { FrameValue } from './data-frame';

type Known = Exclude<Cell, null>;

/** @returns undefined where the cell is not what its column declares. */
const convert: Readonly<Record<ColumnType, (cell: Known) => FrameValue | undefined>> = {
  time: (cell) => (typeof cell === 'string' ? orUndefined(Date.parse(cell)) : undefined),
  string: (cell) => (typeof cell === 'string' ? cell : undefined),
  number: (cell) => (typeof cell === 'number' ? finite(cell) : undefined),
  integer: (cell) => (Number.isSafeInteger(cell) ? (cell as number) : undefined),
  boolean: (cell) => (typeof cell === 'boolean' ? cell : undefined),
  strings: (cell) => (Array.isArray(cell) ? cell.join(', ') : undefined),
  json: (cell) => (Array.isArray(cell) ? undefined : cell),
};

const orUndefined = (value: number): number | undefined =>
  Number.isNaN(value) ? undefined : value;

/** JSON has no way to write the others, and a figure that is not known is null. */
const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** The cell as it stands in a frame. @throws where it does not hold what its column declares. */
export function frameValue(column: ColumnDescription, row: Row): FrameValue {
  const cell = row[column.key] ?? null;
  if (cell === null) return null;
  const value = convert[column.type](cell);
  if (value === undefined) {
    throw new TypeError(
      `the column ${column.key} declares ${column.type} and holds ${typeof cell}`,
    );
  }
  return value;
}

/** The cell as a label's value: labels are text, and Grafana takes an empty one for none. */
export function labelValue(column: ColumnDescription, row: Row): string {
  const value = frameValue(column, row);
  if (value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
