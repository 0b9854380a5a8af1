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
  'address',
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
  /** Whose events it holds: the same as its column says. */
  vendor: string;
  /** Database and table. */
  from: Sql;
  /** The event's own time, as a bare column: a range on it must reach the primary key. */
  time: Sql;
  /** What one row counts: 1, or more where the vendor collapsed repeated events into one. */
  repeats: Sql;
  /** The event types of which one row can count more than 1. */
  collapsed: readonly string[];
  /** Whether our own doors write it; any other is only read. */
  isOwn: boolean;
  columns: Record<StoredColumn, Sql>;
  /**
   * Where its vendor has reminders: the events that tell of them, or a table of ours that keeps what they say for
   * ever: org_id, source, id, time, secret_id, removed, next_at, repeat_days, message.
   */
  reminders?: { events: ReminderEvents } | { kept: Sql };
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
  /** What every event with one of these labels fulfils, and can be told from stored columns as they are: a quick look, also into indexes, before the label itself is worked out. */
  mayHaveAuthMethod: (labels: readonly string[]) => Sql;
  /** management, authentication, authorization or data-access, from `event`. */
  eventClass: Sql;
  /** human, machine or system, from `actor_type`. */
  actorKind: Sql;
  /** Whether the platform acted on its own, from `event` and `actor_type`; usage leaves such events out. */
  isSystemAction: Sql;
  /** Whether an event was caused by one of these identities. */
  isByIdentity: (ids: readonly string[]) => Sql;
  rotationAttempts: RotationAttempts;
  rotationNames: RotationNames;
  /** Whether the vendor's own word for the state of an inventory item says that it failed, from `stored.kind` and `stored.state`. */
  itemFailed: Sql;
}

/** Events that say how an attempt to rotate ended; expressions are over `stored.event_metadata` and `stored.vendor`. */
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

/** Events that set and remove the reminder of a secret; expressions are over `stored.event_metadata` and `stored.event_time`. */
export interface ReminderEvents {
  set: readonly string[];
  removed: readonly string[];
  secretId: Sql;
  /** When it is due next; NULL where the event does not say. */
  nextAt: Sql;
  /** Days between its dates; NULL or 0 where it comes once. */
  repeatDays: Sql;
  message: Sql;
}
