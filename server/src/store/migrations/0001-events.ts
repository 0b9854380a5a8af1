import type { Migration } from '../migrate';
import { sql } from '../sql';

/**
 * Audit events in the layout of Infisical's own second-generation table, so that one adapter reads
 * ours and a customer's. Differences, each with its reason:
 * - no default on `id`: a missing one would become a new identity at every redelivery;
 * - `source` ends the sorting key: copies that came by two doors stay two rows until they are counted, so that
 *   which door an event counts for does not change with a merge;
 * - no TTL: retention is the user's, and rollups must be able to outlive it;
 * - what is filtered or grouped by is MATERIALIZED from the JSON once, at insert;
 * - names are LowCardinality, so that a filter is tried on each name and not on each event;
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
      ipAddress LowCardinality(String),
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
      environment LowCardinality(String) MATERIALIZED JSONExtractString(eventMetadata, 'environment'),
      secret_path LowCardinality(String) MATERIALIZED JSONExtractString(eventMetadata, 'secretPath'),
      secret_key LowCardinality(String) MATERIALIZED JSONExtractString(eventMetadata, 'secretKey'),
      secret_id String MATERIALIZED JSONExtractString(eventMetadata, 'secretId'),
      secret_count UInt32 MATERIALIZED multiIf(
        JSONHas(eventMetadata, 'numberOfSecrets'), toUInt32(JSONExtractUInt(eventMetadata, 'numberOfSecrets')),
        JSONHas(eventMetadata, 'secrets'), toUInt32(JSONLength(eventMetadata, 'secrets')),
        JSONExtractString(eventMetadata, 'secretKey') != '', 1,
        0),
      actor_id LowCardinality(String) MATERIALIZED JSONExtractString(actorMetadata, multiIf(
        actor = 'user', 'userId',
        actor = 'identity', 'identityId',
        actor = 'service', 'serviceId',
        actor = 'kmipClient', 'clientId',
        actor = 'kmipServer', 'kmipServerId',
        actor IN ('acmeProfile', 'estAccount', 'scepAccount'), 'profileId',
        actor = 'acmeAccount', 'accountId',
        actor = 'gateway', 'gatewayId',
        actor = 'relay', 'relayId',
        '')),
      actor_email LowCardinality(String) MATERIALIZED JSONExtractString(actorMetadata, 'email'),
      actor_name LowCardinality(String) MATERIALIZED multiIf(
        actor = 'user' AND actor_email != '', actor_email,
        actor = 'user', if(JSONExtractString(actorMetadata, 'username') != '', JSONExtractString(actorMetadata, 'username'), 'Unknown'),
        JSONExtractString(actorMetadata, 'name') != '', JSONExtractString(actorMetadata, 'name'),
        actor_id != '', actor_id,
        'Unknown'),
      auth_method LowCardinality(String) MATERIALIZED JSONExtractString(actorMetadata, 'authMethod'),
      outcome LowCardinality(String) MATERIALIZED multiIf(
        eventType = 'permission-denied', 'denied',
        endsWith(eventType, '-failed') OR JSONExtractString(eventMetadata, 'status') = 'failed', 'failure',
        'success'),
      repeats UInt32 MATERIALIZED if(eventType = 'permission-denied', 1 + toUInt32(greatest(0, JSONExtractInt(eventMetadata, 'suppressedRepeats'))), 1),
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

    // Which process writes, where several could reach the database.
    sql`CREATE TABLE IF NOT EXISTS ${store.table('leases')} (
      name String,
      holder String,
      renewed_at DateTime64(3, 'UTC')
    )
    ENGINE = ReplacingMergeTree(renewed_at)
    ORDER BY name`,

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
