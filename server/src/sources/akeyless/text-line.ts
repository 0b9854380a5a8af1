import { leadingTime } from './record-time';

export type Members = Record<string, unknown>;

/** Members that end a value without quotes also where only a colon follows them. */
const known = [
  'timestamp',
  'account_id',
  'access_id',
  'action',
  'item_type',
  'status',
  'remote_addr',
  'duration',
  'request_parameters',
  'unique_id',
  'access_type',
  'product',
  'auth_method_name',
  'error',
].join('|');

const key = /[\s,;|]*([A-Za-z@][\w.@-]*)\s*[=:]\s*/y;
/** Where a value without quotes ends: a comma or blank, and then the next key. */
const nextKey = new RegExp(
  `\\s*[,;|]\\s*(?=[A-Za-z@][\\w.@-]*\\s*[=:])|\\s+(?=[A-Za-z@][\\w.@-]*=|(?:${known})\\s*:)`,
  'gi',
);

/**
 * A line of text as the members it names: a time first, then `key=value` or `key: value` pairs, or an
 * object in JSON. Akeyless publishes no layout of its text form.
 * @returns null where it is neither.
 */
export function textLine(line: string): Members | null {
  const led = leadingTime(line.trim());
  const rest = led ? led.rest : line.trim();
  const members = objectAtEnd(rest) ?? pairs(rest);
  if (members === null) return null;
  return led ? { timestamp: led.time, ...members } : members;
}

function objectAtEnd(text: string): Members | null {
  const start = text.indexOf('{');
  // With an equals sign in front it is the value of a pair.
  if (start === -1 || /[=:]\s*$/.test(text.slice(0, start))) return null;
  return objectIn(text.slice(start));
}

/** An object written in JSON; null for any other text. */
export function objectIn(text: string): Members | null {
  try {
    const value: unknown = JSON.parse(text);
    return isMembers(value) ? value : null;
  } catch {
    return null;
  }
}

export const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `a=1, b="two words", c: {"d":3}` as members with text values; null where there is no pair. */
export function pairs(text: string): Members | null {
  const members: Members = {};
  key.lastIndex = 0;
  // What stands before the first pair (a host, a tag) is no part of the record.
  const first = /(?:^|[\s,;|])([A-Za-z@][\w.@-]*)\s*[=:]\s*/.exec(text);
  if (!first) return null;
  key.lastIndex = first.index;
  for (let match = key.exec(text); match; match = key.exec(text)) {
    const [, name = ''] = match;
    const { value, end } = valueAt(text, key.lastIndex);
    members[name] = value;
    key.lastIndex = end;
  }
  return members;
}

function valueAt(text: string, start: number): { value: string; end: number } {
  const opening = text.charAt(start);
  if (opening === '"') {
    const quoted = /"(?:[^"\\]|\\.)*"/y;
    quoted.lastIndex = start;
    const match = quoted.exec(text);
    if (match) return { value: unquoted(match[0]), end: quoted.lastIndex };
  }
  if (opening === '{' || opening === '[') {
    const end = endOfBrackets(text, start);
    if (end !== null) return { value: text.slice(start, end), end };
  }
  nextKey.lastIndex = start;
  const end = nextKey.exec(text)?.index ?? text.length;
  return { value: text.slice(start, end).trim(), end };
}

const unquoted = (quoted: string): string => {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted.slice(1, -1);
  }
};

function endOfBrackets(text: string, start: number): number | null {
  let depth = 0;
  let isInText = false;
  for (let at = start; at < text.length; at++) {
    const character = text.charAt(at);
    if (isInText) {
      if (character === '\\') at++;
      else if (character === '"') isInText = false;
    } else if (character === '"') isInText = true;
    else if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') {
      depth--;
      if (depth === 0) return at + 1;
    }
  }
  return null;
}
