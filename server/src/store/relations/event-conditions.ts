import type { Filter, FilterOperator } from '../../contract';
import type { StoredColumn } from '../vendor';
import { all, bind, join, sql } from '../sql';
import type { Sql } from '../sql';
import { condition } from './filter';

/** A condition on stored columns, and which of them it reads. */
export interface Condition {
  condition: Sql;
  needs: readonly StoredColumn[];
  /** The same on columns that every rollup with those has, where that is found sooner. */
  inRollups?: Sql;
  /** The event types that fulfil it, where it is about those alone. */
  types?: readonly string[];
}

export const ofTypes = (types: readonly string[]): Condition => ({
  condition: sql`stored.event IN ${bind.texts(types)}`,
  needs: ['event'],
  types,
});

/** A word of four parts ends with the space before the last where that is empty. */
export const namesSecret: Condition = {
  condition: sql`stored.secret_key != ''`,
  needs: ['secret_key'],
  inRollups: sql`NOT endsWith(stored.secret, ' ')`,
};

const actorTypes = ['user', 'identity', 'service'] as const;
type ActorType = (typeof actorTypes)[number];
export const isActorType = (field: string): field is ActorType =>
  (actorTypes as readonly string[]).includes(field);

/** Ids, names and e-mails name actors; whichever a person has at hand finds them. */
export function actorCondition(filter: Filter, type?: ActorType): Condition {
  const values = bind.texts(filter.values);
  const named = sql`(stored.actor_id IN ${values} OR stored.actor_name IN ${values} OR stored.actor_email IN ${values})`;
  const matches =
    type === undefined ? named : sql`(stored.actor_type = ${bind.text(type)} AND ${named})`;
  return {
    condition: filter.op === 'not-in' ? sql`NOT ${matches}` : matches,
    needs: [
      'actor_id',
      'actor_name',
      'actor_email',
      ...(type === undefined ? [] : (['actor_type'] as const)),
    ],
  };
}

const opposites: Partial<Record<FilterOperator, FilterOperator>> = {
  'not-in': 'in',
  'not-contains': 'contains',
};

/** The one secret that an event names, or any of those it lists. */
export function anySecretCondition(filter: Filter): Condition {
  const opposite = opposites[filter.op];
  const wanted = opposite === undefined ? filter : { ...filter, op: opposite };
  // As the index `named_secrets` has them: it tells in which granules a secret can be.
  const named = sql`arrayPushBack(stored.secret_keys, stored.secret_key)`;
  const matches =
    wanted.op === 'in'
      ? sql`hasAny(${named}, ${bind.texts(wanted.values)})`
      : sql`(${condition(sql`stored.secret_key`, wanted)} OR arrayExists(listed -> ${condition(sql`listed`, wanted)}, stored.secret_keys))`;
  return {
    condition: opposite === undefined ? matches : sql`NOT ${matches}`,
    needs: ['secret_key', 'secret_keys'],
  };
}

/**
 * Addresses in networks. The number of an address leads to the few that can be in one; whether they are
 * is decided by their text, since '' and host names have a number too.
 */
export function networkCondition(filter: Filter): Condition {
  const inside: Filter = { ...filter, op: 'cidr' };
  const exact = condition(sql`stored.ip`, inside);
  const near = filter.values.map((network) => {
    const [address = '', prefix = ''] = network.split('/');
    const [text, length] = address.includes(':')
      ? [address, Number(prefix)]
      : [`::ffff:${address}`, 96 + Number(prefix)];
    const range = sql`IPv6CIDRToRange(toIPv6(${bind.text(text)}), toUInt8(${bind.integer(length)}))`;
    return sql`(stored.address >= ${range}.1 AND stored.address <= ${range}.2)`;
  });
  const matches = sql`((${join(near, 'or')}) AND ${exact})`;
  return {
    condition: filter.op === 'not-cidr' ? sql`NOT ${matches}` : matches,
    needs: ['ip', 'address'],
  };
}

export function textCondition(filter: Filter): Condition {
  const found = filter.values.map(
    (value) => sql`positionCaseInsensitiveUTF8(stored.event_metadata, ${bind.text(value)}) > 0`,
  );
  const matches = sql`(${join(found, 'or')})`;
  return {
    condition: filter.op === 'not-contains' ? sql`NOT ${matches}` : matches,
    needs: ['event_metadata'],
  };
}

export function metadataCondition(filter: Filter): Condition {
  const path = filter.field.slice('metadata.'.length).split('.');
  const at = sql`stored.event_metadata, ${join(
    path.map((key) => bind.text(key)),
    'comma',
  )}`;
  // Numbers and booleans are compared as they are written.
  const extract = sql`if(JSONType(${at}) = 'String', JSONExtractString(${at}), JSONExtractRaw(${at}))`;
  const exact = condition(extract, filter);
  const words = filter.op === 'in' ? filter.values.map(wordsOf) : [null];
  return {
    condition: words.some((each) => each === null)
      ? exact
      : sql`(${join(words.map(hasWords), 'or')}) AND ${exact}`,
    needs: ['event_metadata'],
  };
}

/** How a number is written, however its text spells it: 100 may be 1e2 there, but 0100 is only ever a text. */
const asNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?$/i;

/**
 * Words that the metadata's text must hold where one of its members is this value: an index knows in
 * which granules a word can be. Null where the text can spell the value in more than one way.
 */
function wordsOf(value: string): string[] | null {
  const hasOneSpelling = /^[\w .:,;@+=/()[\]{}|!$%*?#~^`-]*$/.test(value) && !asNumber.test(value);
  const words = value.match(/[A-Za-z0-9]+/g);
  return hasOneSpelling && words !== null ? words : null;
}

const hasWords = (words: readonly string[] | null): Sql =>
  all((words ?? []).map((word) => sql`hasToken(stored.event_metadata, ${bind.text(word)})`));
