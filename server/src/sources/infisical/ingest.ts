import { randomUUID } from 'node:crypto';
import type { IngestAnswer } from '../../contract';
import { Failure } from '../../failure';
import { bind, sql } from '../../store/sql';
import type { Sql } from '../../store/sql';
import type { Asker, Store } from '../../store/store';
import { members, stagingTable } from './staging';

export interface IngestOptions {
  /** Name of the connection the events came by. */
  source: string;
  /** Refuse the whole body where one event is bad, instead of storing the good ones. */
  strict: boolean;
  retentionDays: number;
  maxEvents: number;
  /** Epoch milliseconds. */
  now: number;
}

const asker: Asker = { surface: 'ingest' };
const shownRejections = 100;

/**
 * Stores a body of events that was spooled to a file. The engine reads and checks it; no event is
 * parsed here. Good events are stored when this returns; bad ones are in `rejected_events` with their
 * position, field and reason.
 * @throws Failure `bad-parameters` where the body is not JSON, or (strict) has a bad event;
 *         `body-too-large` where it has more events than allowed. Nothing is stored then.
 */
export async function ingestInfisical(
  store: Store,
  file: string,
  options: IngestOptions,
): Promise<IngestAnswer> {
  const batch = randomUUID();
  const staging = `ingest_${batch.replaceAll('-', '')}`;
  const table = store.table(staging);
  // In memory and gone with this call: half a batch can never be seen, whatever happens.
  await store.execute(stagingTable(table, options), asker);
  try {
    await loadBody(store, staging, file);
    return await storeChecked(store, staging, batch, options);
  } finally {
    await store.execute(sql`DROP TABLE IF EXISTS ${table} SYNC`, asker);
  }
}

async function loadBody(store: Store, staging: string, file: string): Promise<void> {
  try {
    await store.loadJson(staging, members, file, asker);
  } catch (error) {
    if (error instanceof Failure && error.kind === 'bug') {
      throw new Failure(
        'bad-parameters',
        'The body is not JSON: send an array of events, one event, or one event a line.',
        {
          field: 'body',
          cause: error,
        },
      );
    }
    throw error;
  }
}

async function storeChecked(
  store: Store,
  staging: string,
  batch: string,
  options: IngestOptions,
): Promise<IngestAnswer> {
  const staged = store.table(staging);
  const [counts] = await store.rows(
    sql`SELECT count() AS received, countIf(problem_field != '') AS rejected FROM ${staged}`,
    asker,
  );
  const received = Number(counts?.received ?? 0);
  const rejectedTotal = Number(counts?.rejected ?? 0);
  if (received > options.maxEvents) {
    throw new Failure(
      'body-too-large',
      `The body has ${received} events; at most ${options.maxEvents} fit into one. Send it in parts.`,
      { field: 'body' },
    );
  }
  const rejected = rejectedTotal === 0 ? [] : await rejections(store, staged);
  if (options.strict && rejected[0]) {
    const { position, field, reason } = rejected[0];
    throw new Failure(
      'bad-parameters',
      `Event ${position}: ${field} ${reason}. Nothing was stored, as strict was asked for.`,
      { field },
    );
  }
  const receivedAt = bind.instant(options.now);
  const context = { store, staged, batch, source: bind.text(options.source), receivedAt };
  if (rejectedTotal > 0) await keepRejections(context);
  if (received > rejectedTotal) await keepEvents(context);
  return { received, stored: received - rejectedTotal, rejected, rejected_total: rejectedTotal };
}

interface Batch {
  store: Store;
  staged: Sql;
  batch: string;
  source: Sql;
  receivedAt: Sql;
}

/** Memory tables keep the order of the body, as long as one thread reads them. */
const positioned = (staged: Sql): Sql =>
  sql`(SELECT rowNumberInAllBlocks() AS position, projectId, event_id, problem_field, problem_reason FROM ${staged} SETTINGS max_threads = 1)`;

async function rejections(store: Store, staged: Sql): Promise<IngestAnswer['rejected']> {
  const rows = await store.rows(
    sql`SELECT position, problem_field AS field, problem_reason AS reason FROM ${positioned(staged)} WHERE field != '' ORDER BY position LIMIT ${bind.integer(shownRejections)}`,
    asker,
  );
  return rows.map(({ position, field, reason }) => ({
    position: Number(position),
    field: String(field),
    reason: String(reason),
  }));
}

async function keepRejections({ store, staged, batch, source, receivedAt }: Batch): Promise<void> {
  await store.execute(
    sql`INSERT INTO ${store.table('rejected_events')} (received_at, batch, source, project_id, position, id, field, reason)
        SELECT ${receivedAt}, ${bind.uuid(batch)}, ${source}, substring(projectId, 1, 64), position, ifNull(toString(event_id), ''), problem_field, problem_reason
        FROM ${positioned(staged)} WHERE problem_field != ''`,
    asker,
  );
}

/** In this order, so that a crash between any two steps leaves the figures right. */
async function keepEvents({ store, staged, batch, source, receivedAt }: Batch): Promise<void> {
  const log = (accepted: Sql): Sql => sql`
    INSERT INTO ${store.table('ingest_log')} (received_at, batch, source, org_id, project_id, day, accepted)
    SELECT ${receivedAt}, ${bind.uuid(batch)}, ${source}, assumeNotNull(org_id), projectId, toDate(assumeNotNull(event_time), 'UTC') AS day, ${accepted}
    FROM ${staged} WHERE problem_field = '' GROUP BY org_id, projectId, day`;
  await store.execute(log(sql`0`), asker);
  await store.execute(
    sql`INSERT INTO ${store.table('infisical_events')} (id, actor, actorMetadata, ipAddress, eventType, eventMetadata, userAgent, userAgentType, createdAt, orgId, projectId, expiresAt, received_at, source)
        SELECT assumeNotNull(event_id), actor_type, actor_metadata, ipAddress, event_type,
          event_metadata, userAgent, userAgentType, assumeNotNull(event_time), assumeNotNull(org_id), projectId, expires_at, ${receivedAt}, ${source}
        FROM ${staged} WHERE problem_field = ''`,
    asker,
  );
  await store.execute(log(sql`count()`), asker);
  await store.execute(
    sql`INSERT INTO ${store.table('projects')} (org_id, project_id, name, slug, seen_at)
        SELECT DISTINCT assumeNotNull(org_id), projectId, projectName, '', ${receivedAt}
        FROM ${staged} WHERE problem_field = '' AND projectId != '' AND projectName != ''
          AND (projectId, projectName) NOT IN (SELECT project_id, name FROM ${store.table('projects')} FINAL)`,
    asker,
  );
}
