import type { Filter } from '../../contract';
import { badParameter } from '../../failure';
import { orgId } from '../org-id';
import { bind, sql } from '../sql';
import type { Sql } from '../sql';
import type { Vendor } from '../vendor';
import {
  actorCondition,
  anySecretCondition,
  isActorType,
  metadataCondition,
  networkCondition,
  textCondition,
} from './event-conditions';
import type { Condition } from './event-conditions';
import type { EventField, EventFieldKey } from './event-fields';
import type { EventQuestion, ProjectScope } from './events';
import { condition } from './filter';

/** Turns what a question is limited to, its scope, filters and own conditions, into conditions on stored columns. */
export class AskedConditions {
  readonly #vendor: Vendor;
  readonly #fields: Record<EventFieldKey, EventField>;

  constructor(vendor: Vendor, fields: Record<EventFieldKey, EventField>) {
    this.#vendor = vendor;
    this.#fields = fields;
  }

  of(question: Pick<EventQuestion, 'scope' | 'filters' | 'only' | 'inLists'>): Condition[] {
    return [
      ...ofScope(question.scope),
      ...question.filters.flatMap((filter) => this.#ofFilter(filter, question.inLists ?? false)),
      ...question.only,
    ];
  }

  #ofFilter(filter: Filter, inLists: boolean): readonly Condition[] {
    // No value means All: a dashboard variable that chose nothing limits nothing.
    if (filter.values.length === 0) return [];
    if (filter.field === 'actor') return [actorCondition(filter)];
    if (isActorType(filter.field)) return [actorCondition(filter, filter.field)];
    if (filter.field === 'secret_key' && inLists) return [anySecretCondition(filter)];
    if (filter.op === 'cidr' || filter.op === 'not-cidr') return [networkCondition(filter)];
    if (filter.field === 'text') return [textCondition(filter)];
    if (filter.field.startsWith('metadata.')) return [metadataCondition(filter)];
    if (filter.field === 'org') return [this.#ofOrg(filter)];
    if (!isFieldOf(this.#fields, filter.field)) {
      throw badParameter(filter.field, `There is no filter named '${filter.field}'.`);
    }
    const field = this.#fields[filter.field];
    const exact = condition(field.expression, filter);
    return [...this.#before(filter), exact].map((each) => ({
      condition: each,
      needs: field.needs,
    }));
  }

  /** An account's own id stands for the UUID that its events have. */
  #ofOrg(filter: Filter): Condition {
    const { expression, needs } = this.#fields.org;
    return {
      condition: condition(expression, { ...filter, values: filter.values.map(orgId) }),
      needs,
    };
  }

  /** What stored words a label can come from: looked for in a column's dictionary, before labels are made of each row. */
  #before({ field, op, values }: Filter): Sql[] {
    if (op !== 'in') return [];
    if (field === 'auth_method') return [this.#vendor.mayHaveAuthMethod(values)];
    if (field !== 'actor_type') return [];
    const words = values.flatMap((value) => [
      value,
      value.charAt(0).toLowerCase() + value.slice(1),
    ]);
    return [sql`stored.actor_type IN ${bind.texts(words)}`];
  }
}

const ofScope = (scope: ProjectScope): readonly Condition[] =>
  scope === null
    ? []
    : [{ condition: sql`stored.project_id IN ${bind.texts(scope)}`, needs: ['project_id'] }];

const isFieldOf = (fields: Record<EventFieldKey, EventField>, key: string): key is EventFieldKey =>
  Object.hasOwn(fields, key);
