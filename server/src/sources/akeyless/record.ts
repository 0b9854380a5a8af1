import { orgId, uuidOf } from '../../store/org-id';
import { humanAccessTypes } from './actions';
import { itemOf, parametersOf, withoutSecrets } from './parameters';
import { recordTime } from './record-time';
import { isMembers, objectIn, textLine } from './text-line';
import type { Members } from './text-line';

/** What a staged record is read for: everything as text, as the store takes bodies in. */
export const members = [
  'id',
  'org',
  'time',
  'unreadable',
  'account_id',
  'product',
  'action',
  'item_type',
  'status',
  'duration_ms',
  'access_id',
  'unique_id',
  'access_type',
  'actor_type',
  'actor_id',
  'actor_name',
  'actor_email',
  'secret_path',
  'secret_key',
  'secret_keys',
  'remote_addr',
  'client_type',
  'user_agent',
  'event_metadata',
  'actor_metadata',
] as const;
export type StagedRecord = Record<(typeof members)[number], string>;

/** Other spellings that forwarders give the members of a record. */
const spellings: Readonly<Record<string, string>> = {
  '@timestamp': 'timestamp',
  time: 'timestamp',
  ts: 'timestamp',
  date: 'timestamp',
  action_type: 'action',
  event_action: 'action',
  status_code: 'status',
  remote_address: 'remote_addr',
  ip: 'remote_addr',
  duration_ms: 'duration',
  sub_claims_unique_id: 'unique_id',
  request_params: 'request_parameters',
  client: 'client_type',
};

/** In which a forwarder may have put the record, or the line that it came as. */
const wrappers = ['message', 'msg', 'log', 'event', '_raw', 'raw', 'line', '_source'] as const;

/** A record, or a line of one, as the row that is staged for it. One that cannot be read says so. */
export function stagedRecord(given: unknown): StagedRecord {
  const record = typeof given === 'string' ? textLine(given) : isMembers(given) ? given : null;
  const found = record && unwrapped(record);
  return found ? rowOf(plain(found)) : { ...nothing, unreadable: 'line' };
}

const nothing = Object.fromEntries(members.map((name) => [name, ''])) as StagedRecord;

/** The record itself; a time that only its wrapper has is kept. */
function unwrapped(record: Members): Members | null {
  if (names(record).has('action')) return record;
  for (const wrapper of wrappers) {
    const inner = record[wrapper];
    const found =
      typeof inner === 'string' ? textLine(inner) : isMembers(inner) ? unwrapped(inner) : null;
    if (found && names(found).has('action')) {
      const { timestamp } = plain(record);
      return timestamp === undefined ? found : { timestamp, ...found };
    }
  }
  return record;
}

const names = (record: Members): Set<string> => new Set(Object.keys(record).map(nameOf));

/** Records have the same few members; what a sender makes up beyond that is not remembered. */
const known = new Map<string, string>();
const mostKnown = 1_000;

function nameOf(key: string): string {
  const found = known.get(key);
  if (found !== undefined) return found;
  const name = plainName(key);
  if (known.size < mostKnown) known.set(key, name);
  return name;
}

function plainName(key: string): string {
  const snake = key
    .trim()
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[-\s]+/g, '_')
    .toLowerCase();
  return spellings[snake] ?? snake;
}

/** Members by Akeyless's own names; of two spellings the first that has a value. */
function plain(record: Members): Members {
  const result: Members = {};
  for (const [key, value] of Object.entries(record)) {
    const name = nameOf(key);
    if (result[name] === undefined || result[name] === '') result[name] = value;
  }
  return result;
}

const textOf = (value: unknown): string =>
  typeof value === 'string'
    ? value.trim()
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : '';

function rowOf(record: Members): StagedRecord {
  const time = recordTime(record.timestamp);
  const word = (name: string): string => textOf(record[name]);
  const action = word('action')
    .toLowerCase()
    .replace(/[-\s]+/g, '_');
  const parameters = parametersOf(record.request_parameters);
  const item = itemOf(action, word('item_type'), parameters);
  const accessType = word('access_type').toLowerCase();
  const person = humanAccessTypes.has(accessType);
  const uniqueId = word('unique_id');
  const accessId = word('access_id');
  const { request_parameters: _, timestamp: __, ...others } = record;
  const rest = withoutSecrets(others);
  return {
    ...nothing,
    // Of what the record says and not of how it is written, so that a record counts once by any forwarder.
    id: uuidOf(canonical({ ...rest, timestamp: time ?? '', request_parameters: parameters })),
    org: orgId(word('account_id')),
    time: time ?? word('timestamp'),
    account_id: word('account_id'),
    product: word('product'),
    action,
    item_type: word('item_type'),
    status: word('status'),
    duration_ms: /^[\d.]+/.exec(word('duration'))?.[0] ?? '',
    access_id: accessId,
    unique_id: uniqueId,
    access_type: accessType,
    actor_type: person ? 'user' : accessId === '' && uniqueId === '' ? 'system' : 'identity',
    actor_id: [accessId, uniqueId].filter((part) => part !== '').join('/'),
    actor_name: uniqueId || word('auth_method_name') || accessId || 'Unknown',
    actor_email: uniqueId.includes('@') ? uniqueId : '',
    secret_path: item.folder,
    secret_key: item.key,
    secret_keys: JSON.stringify(item.keys),
    remote_addr: word('remote_addr'),
    client_type: word('client_type'),
    user_agent: word('user_agent'),
    event_metadata: JSON.stringify({
      ...rest,
      ...(item.name !== '' && { item_name: item.name, item_folder: item.folder }),
      status: Number(word('status')) || 0,
      request_parameters: parameters,
    }),
    actor_metadata: JSON.stringify({
      access_id: accessId,
      unique_id: uniqueId,
      access_type: accessType,
      ...(word('auth_method_name') !== '' && { auth_method_name: word('auth_method_name') }),
    }),
  };
}

/** The same text for the same content: members in order, numbers as text, JSON in text as what it says. */
function canonical(value: unknown): string {
  if (typeof value === 'string') {
    const inner = value.startsWith('{') ? objectIn(value) : null;
    return inner ? canonical(inner) : JSON.stringify(value.trim());
  }
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (isMembers(value)) {
    const entries = Object.keys(value)
      .sort()
      .map((key) => `${key}:${canonical(value[key])}`);
    return `{${entries.join(',')}}`;
  }
  return JSON.stringify(value === null || value === undefined ? '' : String(value));
}
