import { BlockList, isIP } from 'node:net';
import type { Filter } from '../src/contract';
import type { Fact } from './oracle-events';

/** Whether an event passes a filter, as the contract's words say. `nameOf` knows the projects' names. */
export function passes(fact: Fact, filter: Filter, nameOf: (id: string) => string): boolean {
  if (filter.values.length === 0) return true;
  const matches = filter.values.some((value) => matchesOne(fact, filter, value, nameOf));
  return filter.op.startsWith('not-') ? !matches : matches;
}

function matchesOne(
  fact: Fact,
  { field, op }: Filter,
  value: string,
  nameOf: (id: string) => string,
): boolean {
  if (field === 'actor') {
    return [fact.actor_id, fact.actor_name, fact.actor_email].includes(value);
  }
  if (field === 'project') return fact.project === value || nameOf(fact.project) === value;
  if (field === 'text') {
    return JSON.stringify(fact.metadata).toLowerCase().includes(value.toLowerCase());
  }
  const actual = field.startsWith('metadata.')
    ? metadataText(fact.metadata, field.slice('metadata.'.length))
    : String(fact[field as keyof Fact]);
  switch (op) {
    case 'in':
    case 'not-in':
      return field === 'actor_type'
        ? actual === value.charAt(0).toUpperCase() + value.slice(1)
        : actual === value;
    case 'prefix':
      return actual.startsWith(value);
    case 'contains':
    case 'not-contains':
      return actual.includes(value);
    case 'glob':
      return globMatches([...actual], [...value]);
    case 'cidr':
    case 'not-cidr':
      return inCidr(actual, value);
  }
}

/** Text as it is, numbers and booleans as JSON writes them, nothing as ''. */
function metadataText(metadata: unknown, path: string): string {
  const found = path
    .split('.')
    .reduce<unknown>(
      (value, key) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, key)
          ? (value as Record<string, unknown>)[key]
          : undefined,
      metadata,
    );
  if (typeof found === 'string') return found;
  return found === undefined ? '' : JSON.stringify(found);
}

/** By trying, character by character; the product makes a regular expression instead. */
function globMatches(text: readonly string[], glob: readonly string[]): boolean {
  const [head, ...rest] = glob;
  if (head === undefined) return text.length === 0;
  if (head === '*') {
    const deep = rest[0] === '*';
    const after = deep ? rest.slice(1) : rest;
    for (let taken = 0; taken <= text.length; taken++) {
      if (globMatches(text.slice(taken), after)) return true;
      if (!deep && text[taken] === '/') return false;
    }
    return false;
  }
  const [first, ...others] = text;
  if (first === undefined) return false;
  return (head === '?' ? first !== '/' : first === head) && globMatches(others, rest);
}

function inCidr(address: string, range: string): boolean {
  const family = (version: number): 'ipv4' | 'ipv6' => (version === 4 ? 'ipv4' : 'ipv6');
  const [network = '', prefix = ''] = range.split('/');
  if (isIP(address) === 0 || isIP(address) !== isIP(network)) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(prefix), family(isIP(network)));
  return list.check(address, family(isIP(address)));
}
