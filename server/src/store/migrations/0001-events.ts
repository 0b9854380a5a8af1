import type { Migration } from '../migrate';
import { bind, sql } from '../sql';
import type { Sql } from '../sql';

type Members = Readonly<Record<string, string>>;

/**
 * One member of a JSON text. Every column asks for the same tuple, so that the engine parses each text
 * once for all of them: 2.4 times the rows a second of an extraction per column.
 */
const member = <M extends Members>(text: Sql, members: M): ((name: keyof M & string) => Sql) => {
  const tuple = bind.text(
    `Tuple(${Object.entries(members)
      .map(([name, type]) => `${name} ${type}`)
      .join(', ')})`,
  );
  return (name) => sql`tupleElement(JSONExtract(${text}, ${tuple}), ${bind.text(name)})`;
};

const event = member(sql`eventMetadata`, {
  environment: 'String',
  secretPath: 'String',
  secretKey: 'String',
  secretId: 'String',
  numberOfSecrets: 'Nullable(UInt32)',
  secrets: 'Array(Tuple(secretKey String, secretId String))',
  secretIds: 'Array(String)',
  status: 'String',
  suppressedRepeats: 'Int64',
});
const actor = member(sql`actorMetadata`, {
  userId: 'String',
  identityId: 'String',
  serviceId: 'String',
  clientId: 'String',
  kmipServerId: 'String',
  profileId: 'String',
  accountId: 'String',
  gatewayId: 'String',
  relayId: 'String',
  email: 'String',
  username: 'String',
  name: 'String',
  authMethod: 'String',
});

/**
 * Audit events in the layout of Infisical's own second-generation table, so that one adapter reads
 * ours and a customer's. Differences, each with its reason:
 * - no default on `id`: a missing one would become a new identity at every redelivery;
 * - `source` ends the sorting key: copies that came by two doors stay two rows until they are counted, so that
 *   which door an event counts for does not change with a merge;
 * - no TTL: retention is the user's, and rollups must be able to outlive it;
 * - what is filtered or grouped by is MATERIALIZED from the JSON once, at insert;
 * - names are LowCardinality, so that a filter is tried on each name and not on each event; addresses are too
 *   many for that (a scan of 20 M events with 50,000 of them: 880 ms, as plain text 190 ms), and stand beside
 *   their text as numbers, which makes a network two comparisons;
 * - granules are a quarter of the usual length, because a page shows events from all over the table.
 */
export const events: Migration = {
  version: 1,
  name: 'events',
  statements: (store) => [
    sql`CREATE TABLE IF NOT EXISTS ${store.table('infisical_events')} (
      id UUID,
      actor LowCardinality(String),
      actorMetadata String CODEC(ZSTD(3)),
      ipAddress String,
      eventType LowCardinality(String),
      eventMetadata String CODEC(ZSTD(3)),
      userAgent LowCardinality(String),
      userAgentType LowCardinality(String),
      createdAt DateTime64(6, 'UTC') CODEC(DoubleDelta, ZSTD(3)),
      orgId UUID,
      projectId String,
      expiresAt Nullable(DateTime64(6, 'UTC')),
      received_at DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(3)),
      source LowCardinality(String),
      address IPv6 MATERIALIZED toIPv6OrDefault(ipAddress),
      environment LowCardinality(String) MATERIALIZED ${event('environment')},
      secret_path LowCardinality(String) MATERIALIZED ${event('secretPath')},
      secret_key LowCardinality(String) MATERIALIZED ${event('secretKey')},
      secret_id String MATERIALIZED ${event('secretId')},
      secret_count UInt32 MATERIALIZED multiIf(
        isNotNull(${event('numberOfSecrets')}), assumeNotNull(${event('numberOfSecrets')}),
        notEmpty(${event('secrets')}), toUInt32(length(${event('secrets')})),
        ${event('secretKey')} != '', 1,
        0),
      secret_keys Array(LowCardinality(String)) MATERIALIZED arrayMap(each -> each.1, ${event('secrets')}),
      secret_ids Array(String) MATERIALIZED if(
        notEmpty(${event('secretIds')}), ${event('secretIds')}, arrayMap(each -> each.2, ${event('secrets')})),
      actor_id LowCardinality(String) MATERIALIZED multiIf(
        actor = 'user', ${actor('userId')},
        actor = 'identity', ${actor('identityId')},
        actor = 'service', ${actor('serviceId')},
        actor = 'kmipClient', ${actor('clientId')},
        actor = 'kmipServer', ${actor('kmipServerId')},
        actor IN ('acmeProfile', 'estAccount', 'scepAccount'), ${actor('profileId')},
        actor = 'acmeAccount', ${actor('accountId')},
        actor = 'gateway', ${actor('gatewayId')},
        actor = 'relay', ${actor('relayId')},
        ''),
      actor_email LowCardinality(String) MATERIALIZED ${actor('email')},
      actor_name LowCardinality(String) MATERIALIZED multiIf(
        actor = 'user' AND actor_email != '', actor_email,
        actor = 'user', if(${actor('username')} != '', ${actor('username')}, 'Unknown'),
        ${actor('name')} != '', ${actor('name')},
        actor_id != '', actor_id,
        'Unknown'),
      auth_method LowCardinality(String) MATERIALIZED ${actor('authMethod')},
      outcome LowCardinality(String) MATERIALIZED multiIf(
        eventType = 'permission-denied', 'denied',
        endsWith(eventType, '-failed') OR ${event('status')} = 'failed', 'failure',
        'success'),
      repeats UInt32 MATERIALIZED if(eventType = 'permission-denied', 1 + toUInt32(greatest(0, ${event('suppressedRepeats')})), 1),
      INDEX event_types eventType TYPE set(64) GRANULARITY 1,
      INDEX addresses ipAddress TYPE bloom_filter(0.01) GRANULARITY 1,
      INDEX ids id TYPE bloom_filter(0.01) GRANULARITY 1,
      INDEX metadata_tokens eventMetadata TYPE tokenbf_v1(4096, 3, 0) GRANULARITY 1,
      CONSTRAINT id_is_given CHECK id != toUUID('00000000-0000-0000-0000-000000000000'),
      CONSTRAINT org_is_given CHECK orgId != toUUID('00000000-0000-0000-0000-000000000000'),
      CONSTRAINT type_is_given CHECK eventType != '',
      CONSTRAINT time_is_given CHECK createdAt > toDateTime64('2000-01-01 00:00:00', 6, 'UTC')
    )
    ENGINE = ReplacingMergeTree
    PARTITION BY toYYYYMM(createdAt)
    ORDER BY (orgId, projectId, createdAt, id, source)
    SETTINGS index_granularity = 2048`,

    // What was refused, without its content: an event can carry anything.
    sql`CREATE TABLE IF NOT EXISTS ${store.table('rejected_events')} (
      received_at DateTime64(3, 'UTC'),
      batch UUID,
      source LowCardinality(String),
      project_id String,
      position UInt32,
      id String,
      field LowCardinality(String),
      problem LowCardinality(String),
      reason String
    )
    ENGINE = MergeTree
    PARTITION BY toYYYYMM(received_at)
    ORDER BY (source, received_at, batch, position)`,

    // How many events each batch brought for each project and day, copies included.
    sql`CREATE TABLE IF NOT EXISTS ${store.table('ingest_log')} (
      received_at DateTime64(3, 'UTC'),
      batch UUID,
      source LowCardinality(String),
      org_id UUID,
      project_id String,
      day Date,
      accepted UInt64
    )
    ENGINE = MergeTree
    PARTITION BY toYYYYMM(day)
    ORDER BY (day, source, project_id, received_at)`,

    // Names of projects: audit events carry ids, people type names.
    sql`CREATE TABLE IF NOT EXISTS ${store.table('projects')} (
      org_id UUID,
      project_id String,
      name String,
      slug String,
      seen_at DateTime64(3, 'UTC')
    )
    ENGINE = ReplacingMergeTree(seen_at)
    ORDER BY (org_id, project_id)`,

    // Every change to tokens, runs, schedules and cursors, in order; replayed at start.
    sql`CREATE TABLE IF NOT EXISTS ${store.table('state_log')} (
      sequence UInt64,
      at DateTime64(3, 'UTC'),
      kind LowCardinality(String),
      key String,
      body String CODEC(ZSTD(3))
    )
    ENGINE = MergeTree
    ORDER BY sequence`,
  ],
};
