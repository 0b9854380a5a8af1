import type { Row } from '../contract';
import { auditFilters } from './audit-filters';
import { json, key, label, project, time } from './columns';
import { defineInsight } from './define';
import { choice, integer } from './params';
import { rollingDays } from './windows';

export const events = defineInsight({
  id: 'events',
  version: 1,
  title: 'Audit events',
  about:
    'Single events with everything they hold, each once. A filter on the secret key also finds events that list several secrets.',
  shape: 'logs',
  needs: 'audit',
  defaultWindow: rollingDays(1),
  params: {
    order: choice('Order', 'Which end of the range comes first', ['newest', 'oldest'], 'newest'),
    limit: integer('Events', 'How many to list', { min: 1, max: 10_000, preset: 1_000 }),
  },
  filters: auditFilters,
  columns: {
    time: time('Time', 'When it happened'),
    id: key('Id', 'Id of the event at the vendor'),
    event: label('Event', "The vendor's own event type"),
    class: label('Class', 'management, authentication, authorization or data-access'),
    actor_type: label('Actor type', 'User, Identity, Service and so on'),
    actor_name: label('Actor', "E-mail of a user, name of a machine, else its id, else 'Unknown'"),
    project: { ...project(), isKey: false },
    environment: label('Environment', 'Environment slug'),
    secret_path: label('Secret path', 'Folder of the secret, or the folder that was read'),
    secret_key: label('Secret key', 'Name of the secret; empty where none or several are named'),
    ip: label('IP address', 'Address the request came from'),
    client_type: label('Client type', 'web, cli, k8-operator, an SDK or other'),
    auth_method: label('Authentication method', 'How the actor had signed in'),
    outcome: label('Outcome', 'success, failure or denied'),
    event_metadata: json('Event metadata', 'Details of the event'),
    actor_metadata: json('Actor metadata', 'Details of the actor'),
    actor: label('Actor id', 'Id of the actor; its name where it has none'),
    user_agent: label('User agent', 'Client as it named itself'),
    severity: label(
      'Severity',
      'error: it failed; warning: denied; info: a change; debug: the rest',
    ),
    source: label('Source', 'The configured connection that the event came by'),
  },
  query: ({ param: { order, limit } }) => ({ order, limit }),
  after: (rows) => ({ rows: rows.map(withMetadata) }),
});

const withMetadata = (row: Row): Row => ({
  ...row,
  event_metadata: objectOf(row.event_metadata),
  actor_metadata: objectOf(row.actor_metadata),
});

/** Metadata as an object; text that is none stays readable under a name of its own. */
export function objectOf(text: unknown): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(String(text));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : { value };
  } catch {
    return { unreadable: String(text) };
  }
}
