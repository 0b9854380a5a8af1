import type { FilterOperator } from '../../contract';
import type { StoredColumn, Vendor } from '../vendor';
import { bind, identifier, sql } from '../sql';
import type { Sql } from '../sql';

/** Something one can filter by, group by or show; computed from the stored columns it names. */
export interface EventField {
  key: EventFieldKey;
  title: string;
  description: string;
  expression: Sql;
  needs: readonly StoredColumn[];
  ops: readonly FilterOperator[];
  /** Whether its values are few and nameable enough to be offered for completion. */
  completes: boolean;
  /** Whether one can group by it. */
  dimension: boolean;
}

const keyword: readonly FilterOperator[] = ['in', 'not-in'];
const text: readonly FilterOperator[] = ['in', 'not-in', 'prefix', 'contains', 'not-contains'];

const plain = (
  key: EventFieldKey,
  column: StoredColumn,
  title: string,
  description: string,
  ops: readonly FilterOperator[] = keyword,
): EventField => ({
  key,
  title,
  description,
  expression: sql`stored.${identifier(column)}`,
  needs: [column],
  ops,
  completes: true,
  dimension: true,
});

export const eventFieldKeys = [
  'source',
  'vendor',
  'org',
  'project',
  'environment',
  'secret_path',
  'secret_key',
  'actor',
  'user',
  'identity',
  'service',
  'actor_name',
  'actor_type',
  'actor_kind',
  'event',
  'class',
  'client_type',
  'user_agent',
  'ip',
  'auth_method',
  'outcome',
  'severity',
  'event_metadata',
  'actor_metadata',
] as const;
export type EventFieldKey = (typeof eventFieldKeys)[number];

/** The actors of one type alone; empty for events of others. */
const actorOfType = (
  key: 'user' | 'identity' | 'service',
  title: string,
  description: string,
): EventField => ({
  ...plain(key, 'actor_id', title, description),
  expression: sql`if(stored.actor_type = ${bind.text(key)}, if(stored.actor_id != '', stored.actor_id, stored.actor_name), '')`,
  needs: ['actor_type', 'actor_id', 'actor_name'],
});

/** The fields of events, with the vendor's labels in them. */
export function eventFields(vendor: Vendor): Record<EventFieldKey, EventField> {
  return {
    source: plain('source', 'source', 'Source', 'The configured connection that the event came by'),
    vendor: plain('vendor', 'vendor', 'Vendor', 'The secret manager that wrote the event'),
    org: {
      ...plain('org', 'org_id', 'Organisation', 'Id of the organisation at the vendor'),
      // As text, so that a filter on something that is no UUID finds nothing instead of failing.
      expression: sql`toString(stored.org_id)`,
    },
    project: plain('project', 'project_id', 'Project', 'Project, by id, slug or name'),
    environment: plain('environment', 'environment', 'Environment', 'Environment slug'),
    secret_path: plain(
      'secret_path',
      'secret_path',
      'Secret path',
      'Folder of the secret; for a bulk read the folder that was asked for',
      [...text, 'glob'],
    ),
    secret_key: plain(
      'secret_key',
      'secret_key',
      'Secret key',
      'Name of the secret; empty where a whole folder was read',
      [...text, 'glob'],
    ),
    actor: {
      ...plain('actor', 'actor_id', 'Actor', 'Person or machine, by id, name or e-mail'),
      // Actors without an id (platform, unknownUser) are told apart by name.
      expression: sql`if(stored.actor_id != '', stored.actor_id, stored.actor_name)`,
      needs: ['actor_id', 'actor_name'],
    },
    user: actorOfType('user', 'User', 'Person, by id, name or e-mail'),
    identity: actorOfType('identity', 'Identity', 'Machine identity, by id or name'),
    service: actorOfType('service', 'Service token', 'Service token, by id or name'),
    actor_name: plain(
      'actor_name',
      'actor_name',
      'Actor name',
      "E-mail of a user, name of a machine, else its id, else 'Unknown'",
      text,
    ),
    actor_type: {
      ...plain('actor_type', 'actor_type', 'Actor type', 'User, Identity, Service and so on'),
      expression: sql`concat(upper(substring(stored.actor_type, 1, 1)), substring(stored.actor_type, 2))`,
    },
    actor_kind: {
      ...plain('actor_kind', 'actor_type', 'Actor kind', 'human, machine or system'),
      expression: vendor.actorKind,
      needs: ['actor_type', 'vendor'],
    },
    event: plain('event', 'event', 'Event', "The vendor's own event type", text),
    class: {
      ...plain(
        'class',
        'event',
        'Event class',
        'management, authentication, authorization or data-access',
      ),
      expression: vendor.eventClass,
      needs: ['event', 'vendor'],
    },
    client_type: plain(
      'client_type',
      'client_type',
      'Client type',
      'web, cli, k8-operator, an SDK or other',
    ),
    user_agent: plain('user_agent', 'user_agent', 'User agent', 'Client as it named itself', text),
    ip: plain('ip', 'ip', 'IP address', 'Address the request came from', [
      'in',
      'not-in',
      'cidr',
      'not-cidr',
    ]),
    auth_method: {
      ...plain(
        'auth_method',
        'auth_method',
        'Authentication method',
        'How the actor had signed in',
      ),
      expression: vendor.authMethodLabel,
      needs: ['actor_type', 'auth_method', 'vendor'],
    },
    outcome: plain('outcome', 'outcome', 'Outcome', 'success, failure or denied'),
    severity: {
      ...plain(
        'severity',
        'outcome',
        'Severity',
        'error: it failed; warning: it was denied; info: it changed something; debug: the rest',
      ),
      expression: sql`multiIf(stored.outcome = 'failure', 'error', stored.outcome = 'denied', 'warning', ${vendor.eventClass} = 'management', 'info', 'debug')`,
      needs: ['event', 'outcome', 'vendor'],
    },
    event_metadata: {
      ...plain(
        'event_metadata',
        'event_metadata',
        'Event metadata',
        'Details of the event as JSON',
        ['contains', 'not-contains'],
      ),
      completes: false,
      dimension: false,
    },
    actor_metadata: {
      ...plain(
        'actor_metadata',
        'actor_metadata',
        'Actor metadata',
        'Details of the actor as JSON',
        ['contains', 'not-contains'],
      ),
      completes: false,
      dimension: false,
    },
  };
}
