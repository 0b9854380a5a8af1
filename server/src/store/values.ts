import type { CellValue } from './decode';
import { bind, identifier, join, sql } from './sql';
import type { Sql } from './sql';

/** A row as a statement gave it. */
export type StoredRow = Readonly<Record<string, CellValue>>;

type ValueType = 'text' | 'time';

const bound: Record<ValueType, (cells: readonly (CellValue | undefined)[]) => Sql> = {
  text: (cells) => bind.texts(cells.map(String)),
  time: (cells) =>
    sql`arrayMap(each -> fromUnixTimestamp64Milli(toInt64(each), 'UTC'), ${bind.integers(cells.map((cell) => Date.parse(String(cell))))})`,
};

/** Rows that an earlier statement gave as a subquery of constants. Times are ISO 8601 text, as rows have them. */
export function valuesOf(
  rows: readonly StoredRow[],
  columns: Readonly<Record<string, ValueType>>,
): Sql {
  const lists = Object.entries(columns).map(([name, type]) =>
    bound[type](rows.map((row) => row[name])),
  );
  const named = Object.keys(columns).map(
    (name, index) => sql`tupleElement(row, ${bind.integer(index + 1)}) AS ${identifier(name)}`,
  );
  return sql`(SELECT ${join(named, 'comma')} FROM (SELECT arrayJoin(arrayZip(${join(lists, 'comma')})) AS row))`;
}
