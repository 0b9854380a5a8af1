import type { Sql } from './sql';

/**
 * The columns every vendor's events are brought to. They are kept as they came (the vendor's own
 * words); labels for people are computed on top of them, so that a better label needs no rebuild.
 */
export const storedColumns = [
  'id',
  'received_at',
  'source',
  'vendor',
  'org_id',
  'project_id',
  'event',
  'environment',
  'secret_path',
  'secret_key',
  'secret_id',
  'secret_count',
  'secret_keys',
  'secret_ids',
  'actor_type',
  'actor_id',
  'actor_name',
  'actor_email',
  'auth_method',
  'ip',
  'client_type',
  'user_agent',
  'outcome',
  'event_metadata',
  'actor_metadata',
  'expires_at',
] as const;
export type StoredColumn = (typeof storedColumns)[number];

/** A table that holds events of one vendor, and how to read each column from it. */
export interface EventTable {
  /** Database and table. */
  from: Sql;
  /** The event's own time, as a bare column: a range on it must reach the primary key. */
  time: Sql;
  /** What one row counts: 1, or more where the vendor collapsed repeated events into one. */
  repeats: Sql;
  columns: Record<StoredColumn, Sql>;
}

/** What the store and the insights need to know of a vendor's events, and nothing more. */
export interface Vendor {
  name: string;
  tables: readonly EventTable[];
  /** The events that count as a read by the vendor's own insights. */
  readEvents: readonly string[];
  /** The wider list of the vendor's access log report. */
  accessLogEvents: readonly string[];
  /** Label of the authentication method, from `actor_type` and `auth_method`. */
  authMethodLabel: Sql;
  /** management, authentication, authorization or data-access, from `event`. */
  eventClass: Sql;
  /** human, machine or system, from `actor_type`. */
  actorKind: Sql;
  /** Whether an event was caused by one of these identities. */
  isByIdentity: (ids: readonly string[]) => Sql;
  rotationAttempts: RotationAttempts;
  rotationNames: RotationNames;
}

/** Events that say how an attempt to rotate ended; expressions are over `stored.event_metadata`. */
export interface RotationAttempts {
  events: readonly string[];
  rotationId: Sql;
  failed: Sql;
  message: Sql;
}

/** Events that name a rotation and where it is. */
export interface RotationNames {
  events: readonly string[];
  rotationId: Sql;
  name: Sql;
  environment: Sql;
  secretPath: Sql;
}
