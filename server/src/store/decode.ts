import { Failure } from '../failure';

/** Cells as the rest of the program sees them: times are ISO 8601 text in UTC with milliseconds. */
export type CellValue = string | number | boolean | null | string[];

type Decode = (cell: unknown) => CellValue;

const asText: Decode = (cell) => (cell === null ? null : String(cell));

/** 64-bit numbers arrive quoted; one that a double cannot hold is refused rather than rounded. */
const asInteger: Decode = (cell) => {
  if (cell === null) return null;
  const value = Number(cell);
  if (!Number.isSafeInteger(value)) {
    throw new Failure('bug', 'A count is too large to be shown exactly.');
  }
  return value;
};

const asNumber: Decode = (cell) => (cell === null ? null : Number(cell));
const isoLength = '2026-01-31T12:00:00.000Z'.length;
const asInstant: Decode = (cell) => {
  if (cell === null) return null;
  const text = String(cell);
  // Milliseconds are written like that already; other precisions are not.
  return text.length === isoLength && text.endsWith('Z') ? text : new Date(text).toISOString();
};
const asTexts: Decode = (cell) => (Array.isArray(cell) ? cell.map(String) : []);
const asBoolean: Decode = (cell) => (cell === null ? null : cell === true || cell === 1);

/** `LowCardinality(Nullable(String))` and the like say how a value is kept, not what it is. */
export const innerType = (type: string): string => {
  const wrapped = /^(?:LowCardinality|Nullable|SimpleAggregateFunction)\((?:\w+, )?(.*)\)$/.exec(
    type,
  );
  return wrapped?.[1] === undefined ? type : innerType(wrapped[1]);
};

function decoderOf(type: string): Decode {
  const inner = innerType(type);
  if (/^U?Int\d+$/.test(inner)) return asInteger;
  if (/^(Float|Decimal)/.test(inner)) return asNumber;
  if (/^Date/.test(inner)) return asInstant;
  if (/^Array\(/.test(inner)) return asTexts;
  if (inner === 'Bool') return asBoolean;
  return asText;
}

/** Decoders for a result's columns, chosen once from their types. */
export function decodeRow(types: readonly string[]): (row: unknown[]) => CellValue[] {
  const decoders = types.map(decoderOf);
  return (row) => decoders.map((decode, index) => decode(row[index] ?? null));
}
