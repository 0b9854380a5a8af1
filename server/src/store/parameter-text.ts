import type { BoundValue } from './sql';

/** A string literal of the engine's SQL. Only parameter values and our own file paths pass here. */
export const literal = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  '\0': '\\0',
};

const escaped = (text: string): string =>
  text.replace(/[\\'\t\n\r\0]/g, (character) => escapes[character] ?? '');

/** A value as the engine reads a query parameter: text escaped, lists of quoted text. */
export function parameterText(value: BoundValue): string {
  if (typeof value === 'string') return escaped(value);
  if (typeof value === 'object') {
    return `[${value.map((each) => (typeof each === 'string' ? `'${escaped(each)}'` : String(each))).join(',')}]`;
  }
  return String(value);
}
