import type { EventTable, StoredColumn } from '../vendor';
import { bind, concat, identifier, join, sql } from '../sql';
import type { Sql } from '../sql';
import { projectKey } from './plan';
import type { Interval, RawPart } from './plan';

/** Rows of some time, as they lie in each of the tables. */
export function perTable(
  tables: readonly EventTable[],
  raw: readonly RawPart[],
  columns: readonly StoredColumn[],
): Sql[] {
  return tables.map((table) => {
    const selected = columns.map(
      (column) => sql`, ${table.columns[column]} AS ${identifier(column)}`,
    );
    return sql`SELECT ${table.time} AS event_time, ${table.repeats} AS weight${concat(selected)}
        FROM ${table.from} WHERE ${inParts(table, raw)}`;
  });
}

/** Tables whose events can be copies of each other. */
export const byVendor = (tables: readonly EventTable[]): EventTable[][] =>
  [...new Set(tables.map(({ vendor }) => vendor))].map((vendor) =>
    tables.filter((table) => table.vendor === vendor),
  );

/** What is shorter takes less time than planning it twice. */
const longRaw = 2 * 86_400_000;

/** Time cut in two where it is long; whole hours, as copies can differ in what is less than a millisecond. */
export function inHalves(raw: readonly RawPart[]): (readonly RawPart[])[] {
  const from = Math.min(...raw.map((part) => part.from));
  const to = Math.max(...raw.map((part) => part.to));
  // What begins with time itself has its events at one end.
  if (from === 0 || !(to - from > longRaw)) return [raw];
  const middle = Math.floor((from + to) / 2 / 3_600_000) * 3_600_000;
  const cut = (within: Interval): RawPart[] =>
    raw
      .map((part) => ({
        ...part,
        from: Math.max(part.from, within.from),
        to: Math.min(part.to, within.to),
      }))
      .filter((part) => part.from < part.to);
  return [cut({ from, to: middle }), cut({ from: middle, to })];
}

function inParts({ time, columns }: EventTable, parts: readonly RawPart[]): Sql {
  if (parts.length === 0) return sql`0`;
  const project = projectKey(columns.org_id, columns.project_id);
  return sql`(${join(
    parts.map(({ from, to, except = [] }) => {
      const others =
        except.length === 0 ? sql`` : sql` AND ${project} NOT IN ${bind.texts(except)}`;
      return sql`(${time} >= ${bind.instant(from)} AND ${time} < ${bind.instant(to)}${others})`;
    }),
    'or',
  )})`;
}
