import { bind, identifier, join, sql } from '../../store/sql';
import type { Sql } from '../../store/sql';
import { firstProblem, timeChecks } from '../ingest/problems';
import type { Check } from '../ingest/problems';
import type { IngestOptions } from '../ingest/door';

/** Members of both shapes that Infisical sends: flat (stream, table) and nested (audit-log API). */
export const members = [
  'id',
  'actor',
  'actorMetadata',
  'ipAddress',
  'eventType',
  'eventMetadata',
  'userAgent',
  'userAgentType',
  'createdAt',
  'expiresAt',
  'orgId',
  'projectId',
  'projectName',
  'event',
] as const;

/** The engine's own parser would also take a lone year, a clock time or 25 o'clock, and store a wrong time. */
const isoTime =
  '^\\d{4}-\\d{2}-\\d{2}[T ]([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,9})?(Z|[+-]\\d{2}:?\\d{2})?$';

/**
 * A table in memory for bodies: every member as the text it came as, and beside it what is made of
 * it, computed once as the rows arrive.
 */
export function stagingTable(table: Sql): Sql {
  const raw = members.map((name) => sql`${identifier(name)} String`);
  return sql`CREATE TABLE ${table} (
    ${join(raw, 'comma')},
    event_id Nullable(UUID) DEFAULT toUUIDOrNull(id),
    org_id Nullable(UUID) DEFAULT toUUIDOrNull(orgId),
    event_time Nullable(DateTime64(6, 'UTC')) DEFAULT if(match(createdAt, ${bind.text(isoTime)}), parseDateTime64BestEffortOrNull(createdAt, 6, 'UTC'), NULL),
    expires_at Nullable(DateTime64(6, 'UTC')) DEFAULT parseDateTime64BestEffortOrNull(expiresAt, 6, 'UTC'),
    event_type String DEFAULT if(startsWith(event, '{'), JSONExtractString(event, 'type'), eventType),
    event_metadata String DEFAULT ${objectText(sql`if(startsWith(event, '{'), JSONExtractRaw(event, 'metadata'), eventMetadata)`)},
    actor_type String DEFAULT if(startsWith(actor, '{'), JSONExtractString(actor, 'type'), actor),
    actor_metadata String DEFAULT ${objectText(sql`if(startsWith(actor, '{'), JSONExtractRaw(actor, 'metadata'), actorMetadata)`)},
    problem Tuple(String, String, String) DEFAULT ${firstProblem(checks)}
  ) ENGINE = Memory`;
}

/** Metadata is an object; lists, which Infisical wraps itself, and anything else become an empty one. */
const objectText = (text: Sql): Sql => sql`if(startsWith(${text}, '{'), ${text}, '{}')`;

const noUuid = sql`toUUID('00000000-0000-0000-0000-000000000000')`;

const checks: readonly Check[] = [
  [sql`id = ''`, 'id', 'is missing', 'missing'],
  [sql`isNull(event_id) OR event_id = ${noUuid}`, 'id', 'is not a UUID', 'unreadable'],
  [sql`event_type = ''`, 'eventType', 'is missing', 'missing'],
  [sql`length(event_type) > 200`, 'eventType', 'is longer than 200 characters', 'unreadable'],
  [sql`actor_type = ''`, 'actor', 'is missing', 'missing'],
  [sql`isNull(org_id) OR org_id = ${noUuid}`, 'orgId', 'is missing or not a UUID', 'unreadable'],
  [sql`createdAt = ''`, 'createdAt', 'is missing', 'missing'],
];

export const arrivalChecks = (options: IngestOptions): Check[] =>
  timeChecks('createdAt', 'is not a time in ISO 8601', options);
