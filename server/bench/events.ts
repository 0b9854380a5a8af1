import { bind, sql } from '../src/store/sql';
import type { Sql } from '../src/store/sql';
import type { Store } from '../src/store/store';

export const organisation = '7d9c2f8a-0000-4000-8000-0000000be9c4';

export interface Workload {
  events: number;
  /** Days the events are spread over, up to `until`. */
  days: number;
  /** Epoch milliseconds. */
  until: number;
  /** How many of the events come a second time. */
  redelivered: number;
}

/**
 * Made-up events of Infisical's shape, computed from their number alone: 400 machines and people of
 * which a few do most of the reading, 2,500 secrets likewise, 12 projects, five kinds of events, and
 * quiet nights. The same number is the same event, so sending a number again is a redelivery.
 */
export function madeUpEvents({ events, days, until }: Workload, numbers: Sql): Sql {
  const seconds = days * 86_400;
  const begin = bind.integer(Math.floor(until / 1000) - seconds);
  /** An even number from 0 to 1, different for each salt. */
  const random = (salt: number): Sql =>
    sql`(cityHash64(number, ${bind.integer(salt)}) / 18446744073709551615.)`;
  return sql`
    SELECT
      toUUID(concat(substring(key, 1, 8), '-', substring(key, 9, 4), '-7', substring(key, 14, 3), '-8', substring(key, 18, 3), '-', substring(key, 21, 12))) AS id,
      multiIf(actor < 40, 'user', actor < 396, 'identity', 'service') AS kind,
      multiIf(
        kind = 'user', concat('{"userId":"', actor_key, '","email":"person', toString(actor), '@example.com","username":"person', toString(actor), '","authMethod":"', ['email', 'google', 'okta-saml'][1 + actor % 3], '"}'),
        kind = 'identity', concat('{"identityId":"', actor_key, '","name":"machine-', toString(actor), '","authMethod":"', ['universal-auth', 'kubernetes-auth', 'aws-auth', 'oidc-auth', 'token-auth'][1 + actor % 5], '"}'),
        concat('{"serviceId":"', actor_key, '","name":"service-', toString(actor), '"}')) AS actor_metadata,
      concat('10.', toString(actor % 200), '.', toString(secret % 250), '.7') AS ip,
      multiIf(chance < 0.45, 'get-secrets', chance < 0.8, 'get-secret', chance < 0.9, 'dashboard-get-secret-value', chance < 0.97, 'login-identity-universal-auth', 'update-secret') AS type,
      multiIf(
        type = 'get-secrets', concat('{"environment":"', environment, '","secretPath":"', path, '","numberOfSecrets":', toString(5 + secret % 40), '}'),
        type = 'login-identity-universal-auth', concat('{"identityId":"', actor_key, '","clientSecretId":"s', toString(actor), '"}'),
        concat('{"environment":"', environment, '","secretPath":"', path, '","secretId":"', hex(secret), '","secretKey":"KEY_', toString(secret), '","secretVersion":3}')) AS event_metadata,
      multiIf(kind = 'user', 'Mozilla/5.0', kind = 'service', 'cli', ['infisical-node-sdk', 'k8-operator', 'cli', 'go-http'][1 + actor % 4]) AS agent,
      multiIf(kind = 'user', 'web', kind = 'service', 'cli', ['InfisicalNodeSDK', 'k8-operator', 'cli', 'other'][1 + actor % 4]) AS client,
      toDateTime64(${begin}, 6, 'UTC') + toIntervalMillisecond(toUInt64(
        1000. * (floor(${random(4)} * ${bind.integer(days)}) * 86400 + 86400 * (0.5 + 0.5 * sign(${random(5)} - 0.5) * pow(${random(6)}, 1.5))))) AS created,
      concat('project-', toString(project)) AS project_id
    FROM (
      SELECT number, hex(MD5(concat('event-', toString(number)))) AS key, ${random(0)} AS chance,
        toUInt32(400 * pow(${random(1)}, 3)) AS actor, toUInt32(2500 * pow(${random(2)}, 3)) AS secret,
        secret % 12 AS project, concat('actor-', leftPad(toString(actor), 6, '0')) AS actor_key,
        ['prod', 'staging', 'dev'][1 + toUInt8(3 * pow(${random(3)}, 2))] AS environment,
        concat('/', ['api', 'worker', 'web', 'jobs'][1 + secret % 4], '/', toString(secret % 40)) AS path
      FROM ${numbers}
      WHERE number < ${bind.integer(events)}
    )`;
}

/** Puts events straight into the table, without the door: for volumes whose arrival is not measured. */
export async function fill(
  store: Store,
  workload: Workload,
  from: number,
  onProgress: (done: number) => void,
): Promise<void> {
  const step = 500_000;
  const asker = { surface: 'ingest' as const, settings: { max_execution_time: 0 } };
  const copy = async (start: number, count: number): Promise<void> => {
    await store.execute(
      sql`INSERT INTO ${store.table('infisical_events')} (id, actor, actorMetadata, ipAddress, eventType, eventMetadata, userAgent, userAgentType, createdAt, orgId, projectId, received_at, source)
          SELECT id, kind, actor_metadata, ip, type, event_metadata, agent, client, created, toUUID(${bind.text(organisation)}), project_id, now64(3), 'bench'
          FROM (${madeUpEvents(workload, sql`numbers(toUInt64(${bind.integer(start)}), toUInt64(${bind.integer(count)}))`)})`,
      asker,
    );
  };
  for (let start = from; start < workload.events; start += step) {
    await copy(start, Math.min(step, workload.events - start));
    onProgress(Math.min(start + step, workload.events));
  }
  if (workload.redelivered > 0)
    await copy(from, Math.min(workload.redelivered, workload.events - from));
  // The door notes what came for which day; what came past it is noted here.
  await store.execute(
    sql`INSERT INTO ${store.table('ingest_log')} (received_at, batch, source, org_id, project_id, day, accepted)
        SELECT now64(3), generateUUIDv4(), 'bench', orgId, projectId, toDate(createdAt) AS day, count()
        FROM ${store.table('infisical_events')} GROUP BY orgId, projectId, day`,
    asker,
  );
}
