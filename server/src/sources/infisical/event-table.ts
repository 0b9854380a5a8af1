import { Failure } from '../../failure';
import { bind, identifier, sql } from '../../store/sql';
import type { Sql } from '../../store/sql';
import type { Store } from '../../store/store';
import type { EventTable } from '../../store/vendor';
import { reminderEvents } from './reminders';

/** Only refusals are collapsed by Infisical; whatever else carries a number of repeats is one event. */
const collapsed = ['permission-denied'];

/** The table that our own doors write to: everything that is filtered by is a typed column there. */
export function ownEventTable(store: Store): EventTable {
  return {
    vendor: 'infisical',
    from: store.table('infisical_events'),
    time: sql`createdAt`,
    repeats: sql`repeats`,
    collapsed,
    isOwn: true,
    reminders: { kept: store.table('reminder_events') },
    columns: {
      id: sql`id`,
      received_at: sql`received_at`,
      source: sql`source`,
      vendor: bind.text('infisical'),
      org_id: sql`orgId`,
      project_id: sql`projectId`,
      event: sql`eventType`,
      environment: sql`environment`,
      secret_path: sql`secret_path`,
      secret_key: sql`secret_key`,
      secret_id: sql`secret_id`,
      secret_count: sql`secret_count`,
      secret_keys: sql`secret_keys`,
      secret_ids: sql`secret_ids`,
      actor_type: sql`actor`,
      actor_id: sql`actor_id`,
      actor_name: sql`actor_name`,
      actor_email: sql`actor_email`,
      auth_method: sql`auth_method`,
      ip: sql`ipAddress`,
      address: sql`address`,
      client_type: sql`userAgentType`,
      user_agent: sql`userAgent`,
      outcome: sql`outcome`,
      event_metadata: sql`eventMetadata`,
      actor_metadata: sql`actorMetadata`,
      expires_at: sql`expiresAt`,
    },
  };
}

/** Under which member of its metadata an actor has its id, from the column `actor`. */
export const actorIdMember = (otherwise: Sql): Sql => sql`multiIf(
    actor = 'user', 'userId',
    actor = 'identity', 'identityId',
    actor = 'service', 'serviceId',
    actor = 'kmipClient', 'clientId',
    actor = 'kmipServer', 'kmipServerId',
    actor IN ('acmeProfile', 'estAccount', 'scepAccount'), 'profileId',
    actor = 'acmeAccount', 'accountId',
    actor = 'gateway', 'gatewayId',
    actor = 'relay', 'relayId',
    ${otherwise})`;

/** What both generations of Infisical's table have. */
export const tableColumns = [
  'id',
  'actor',
  'actorMetadata',
  'ipAddress',
  'eventType',
  'eventMetadata',
  'userAgent',
  'userAgentType',
  'createdAt',
  'orgId',
  'projectId',
] as const;

export interface AuditLogTable {
  database: string;
  table: string;
  source: string;
}

/**
 * A customer's own `audit_logs` table on the same server, read only. The first generation keeps
 * metadata as JSON, the second as text; the table's own columns say which, and whether it has
 * `expiresAt`.
 */
export async function auditLogTable(
  store: Store,
  { database, table, source }: AuditLogTable,
): Promise<EventTable> {
  const rows = await store.rows(
    sql`SELECT name, type FROM system.columns WHERE database = ${bind.text(database)} AND table = ${bind.text(table)}`,
    { surface: 'migration' },
  );
  const types = new Map(rows.map((row) => [String(row.name), String(row.type)]));
  const missing = tableColumns.filter((name) => !types.has(name));
  if (missing.length > 0) {
    throw new Failure(
      'conflict',
      types.size === 0
        ? `The source '${source}' names the table ${database}.${table}, which does not exist or is not granted to this user.`
        : `The table ${database}.${table} of the source '${source}' is not Infisical's audit log: it lacks ${missing.join(', ')}.`,
      { field: 'sources.infisical' },
    );
  }
  // toJSONString gives both generations one form, so that every extraction below is written once.
  const metadata = (name: 'actorMetadata' | 'eventMetadata') =>
    types.get(name)?.startsWith('JSON')
      ? sql`toJSONString(${identifier(name)})`
      : sql`${identifier(name)}`;
  const event = metadata('eventMetadata');
  const actor = metadata('actorMetadata');
  const eventText = (key: string) => sql`JSONExtractString(${event}, ${bind.text(key)})`;
  const actorText = (key: string) => sql`JSONExtractString(${actor}, ${bind.text(key)})`;
  const listed = sql`JSONExtract(${event}, 'secrets', 'Array(Tuple(secretKey String, secretId String))')`;
  const named = sql`JSONExtract(${event}, 'secretIds', 'Array(String)')`;
  const number = sql`JSONExtract(${event}, 'numberOfSecrets', 'Nullable(UInt32)')`;
  const actorId = sql`JSONExtractString(${actor}, ${actorIdMember(sql`''`)})`;
  return {
    vendor: 'infisical',
    from: sql`${identifier(database)}.${identifier(table)}`,
    time: sql`createdAt`,
    isOwn: false,
    reminders: { events: reminderEvents },
    collapsed,
    repeats: sql`if(eventType IN ${bind.texts(collapsed)}, 1 + toUInt32(greatest(0, JSONExtractInt(${event}, 'suppressedRepeats'))), 1)`,
    columns: {
      id: sql`id`,
      received_at: sql`createdAt`,
      source: bind.text(source),
      vendor: bind.text('infisical'),
      org_id: sql`orgId`,
      project_id: sql`projectId`,
      event: sql`eventType`,
      environment: eventText('environment'),
      secret_path: eventText('secretPath'),
      secret_key: eventText('secretKey'),
      secret_id: eventText('secretId'),
      secret_count: sql`multiIf(
        isNotNull(${number}), assumeNotNull(${number}),
        notEmpty(${listed}), toUInt32(length(${listed})),
        ${eventText('secretKey')} != '', 1,
        0)`,
      secret_keys: sql`arrayMap(each -> each.1, ${listed})`,
      secret_ids: sql`if(notEmpty(${named}), ${named}, arrayMap(each -> each.2, ${listed}))`,
      actor_type: sql`actor`,
      actor_id: actorId,
      actor_name: sql`multiIf(
        actor = 'user' AND ${actorText('email')} != '', ${actorText('email')},
        actor = 'user', if(${actorText('username')} != '', ${actorText('username')}, 'Unknown'),
        ${actorText('name')} != '', ${actorText('name')},
        ${actorId} != '', ${actorId},
        'Unknown')`,
      actor_email: actorText('email'),
      auth_method: actorText('authMethod'),
      ip: sql`ipAddress`,
      address: sql`toIPv6OrDefault(ipAddress)`,
      client_type: sql`userAgentType`,
      user_agent: sql`userAgent`,
      outcome: sql`multiIf(
        eventType = 'permission-denied', 'denied',
        endsWith(eventType, '-failed') OR ${eventText('status')} = 'failed', 'failure',
        'success')`,
      event_metadata: event,
      actor_metadata: actor,
      expires_at: types.has('expiresAt')
        ? sql`expiresAt`
        : sql`CAST(NULL, 'Nullable(DateTime64(6, \\'UTC\\'))')`,
    },
  };
}
