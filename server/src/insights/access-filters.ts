import { choice } from './params';

/** Stands for `metadata.` and any key of the event's metadata, keys inside keys with dots. */
export const metadataFilter = 'metadata.<key>';

/** What every insight about events can be filtered by. */
export const eventFilters = [
  'source',
  'vendor',
  'org',
  'project',
  'environment',
  'secret_path',
  'secret_key',
  'actor',
  'actor_type',
  'actor_kind',
  'event',
  'class',
  'client_type',
  'user_agent',
  'ip',
  'auth_method',
  'outcome',
  'text',
  metadataFilter,
] as const;

/** What one can group events by. */
export const eventDimensions = [
  'environment',
  'project',
  'secret_path',
  'secret_key',
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
  'source',
  'vendor',
  'org',
] as const;

/** Which events count as a read. */
export const readsParam = choice(
  'Reads',
  "insights: the six read events of Infisical's Insights page; access-log: the nine reads and writes of its access log report",
  ['insights', 'access-log'],
  'insights',
);
