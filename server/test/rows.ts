import type { Row } from '../src/contract';

/** Rows in an order that depends on nothing but their content. */
export const sortedRows = <T extends object>(rows: readonly T[]): T[] =>
  rows
    .map((row) => ({
      row,
      text: JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1))),
    }))
    .sort((a, b) => (a.text < b.text ? -1 : 1))
    .map(({ row }) => row);

/** The named columns of every row. */
export const columnsOf = (rows: readonly Row[], ...keys: string[]): Row[] =>
  rows.map((row) => Object.fromEntries(keys.map((key) => [key, row[key] ?? null])));
