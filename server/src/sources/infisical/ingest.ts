import type { IngestAnswer } from '../../contract';
import { bind, sql } from '../../store/sql';
import type { Doors, EventDoor, IngestOptions } from '../ingest/door';
import { takeIn } from '../ingest/take-in';
import { arrivalChecks, members, stagingTable } from './staging';

export type { Doors, IngestOptions } from '../ingest/door';

const door: EventDoor = {
  vendor: 'infisical',
  members,
  stagingTable,
  arrivalChecks,
  target: (store) =>
    sql`${store.table('infisical_events')} (id, actor, actorMetadata, ipAddress, eventType, eventMetadata, userAgent, userAgentType, createdAt, orgId, projectId, expiresAt, received_at, source)`,
  goodEvents: ({ staged, source, now }) =>
    sql`SELECT assumeNotNull(event_id), actor_type, actor_metadata, ipAddress, event_type, event_metadata, userAgent, userAgentType,
          assumeNotNull(event_time), assumeNotNull(org_id), projectId, expires_at, ${bind.instant(now)}, ${bind.text(source)}
        FROM ${staged} WHERE problem_field = ''`,
};

/**
 * Stores a body of Infisical's events that was spooled to a file. The engine reads and checks it; no
 * event is parsed here.
 * @throws Failure as `takeIn` does. Nothing is stored then.
 */
export const ingestInfisical = (
  doors: Doors,
  file: string,
  options: IngestOptions,
): Promise<IngestAnswer> => takeIn(doors, door, file, options);
