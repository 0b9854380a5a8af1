import { itemActions } from './actions';
import { isMembers, objectIn, pairs } from './text-line';
import type { Members } from './text-line';

/** Members that can hold a secret. Akeyless blanks them itself; what it missed is not stored either. */
const secretMember =
  /pass(word|phrase)?$|secret_?(key|value|data)?$|^value$|^token$|private_?key|access_key|_token$|jwt|credential/i;
const removed = '(removed)';

/** Details of a request as members, without anything that could be a secret. */
export function parametersOf(value: unknown): Members {
  if (isMembers(value)) return withoutSecrets(value);
  if (Array.isArray(value)) return { values: value.map((each) => String(each)) };
  if (typeof value !== 'string' || value.trim() === '') return {};
  const text = value.trim();
  const members = text.startsWith('{') ? objectIn(text) : pairs(text);
  return members ? withoutSecrets(members) : text.startsWith('/') ? { name: text } : {};
}

/** Members without the values of those that could be secrets. */
export const withoutSecrets = (members: Members): Members =>
  Object.fromEntries(
    Object.entries(members).map(([key, value]) => [
      key,
      secretMember.test(key) ? removed : isMembers(value) ? withoutSecrets(value) : value,
    ]),
  );

export interface Item {
  /** The whole name: `/folder/name`. */
  name: string;
  folder: string;
  key: string;
  /** Where a request named several. */
  keys: string[];
}

const none: Item = { name: '', folder: '', key: '', keys: [] };
const nameMembers = ['name', 'item_name', 'item-name', 'secret_name', 'names', 'items'] as const;

/** The item that a request is about; nothing for requests about roles, targets or accounts. */
export function itemOf(action: string, itemType: string, parameters: Members): Item {
  if (itemType === '' && !itemActions.has(action)) return none;
  const names = nameMembers
    .flatMap((member) => parameters[member])
    .filter((name): name is string => typeof name === 'string' && name.trim() !== '')
    .map((name) => (name.startsWith('/') ? name : `/${name}`));
  const [first] = names;
  if (first === undefined) return none;
  if (names.length > 1) {
    return { ...none, folder: folderOf(first), keys: names.map(keyOf) };
  }
  return { name: first, folder: folderOf(first), key: keyOf(first), keys: [] };
}

const keyOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1);
const folderOf = (name: string): string => name.slice(0, name.lastIndexOf('/')) || '/';
