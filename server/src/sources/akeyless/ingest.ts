import { rm } from 'node:fs/promises';
import type { IngestAnswer } from '../../contract';
import { bind, identifier, join, sql } from '../../store/sql';
import type { Sql } from '../../store/sql';
import type { Doors, EventDoor, IngestOptions } from '../ingest/door';
import { firstProblem, timeChecks } from '../ingest/problems';
import type { Check } from '../ingest/problems';
import { takeIn } from '../ingest/take-in';
import { stageBody } from './body';
import { members } from './record';

function stagingTable(table: Sql): Sql {
  const texts = members.map((name) => sql`${identifier(name)} String`);
  return sql`CREATE TABLE ${table} (
    ${join(texts, 'comma')},
    event_id Nullable(UUID) DEFAULT toUUIDOrNull(id),
    org_id Nullable(UUID) DEFAULT toUUIDOrNull(org),
    event_time Nullable(DateTime64(6, 'UTC')) DEFAULT parseDateTime64BestEffortOrNull(time, 6, 'UTC'),
    projectId String DEFAULT '',
    projectName String DEFAULT '',
    problem Tuple(String, String, String) DEFAULT ${firstProblem(checks)}
  ) ENGINE = Memory`;
}

const checks: readonly Check[] = [
  [
    sql`unreadable != ''`,
    'line',
    'is neither JSON nor a time followed by key=value pairs',
    'unreadable',
  ],
  [sql`action = ''`, 'action', 'is missing', 'missing'],
  [sql`length(action) > 200`, 'action', 'is longer than 200 characters', 'unreadable'],
  [sql`time = ''`, 'timestamp', 'is missing', 'missing'],
];

const door: EventDoor = {
  vendor: 'akeyless',
  members,
  stagingTable,
  arrivalChecks: (options) => timeChecks('timestamp', 'is not a time', options),
  target: (store) =>
    sql`${store.table('akeyless_events')} (id, time, org_id, account_id, product, action, item_type, status, duration_ms,
          access_id, unique_id, access_type, actor_type, actor_id, actor_name, actor_email, secret_path, secret_key, secret_keys,
          remote_addr, client_type, user_agent, outcome, event_metadata, actor_metadata, received_at, source)`,
  goodEvents: ({ staged, source, now }) =>
    sql`SELECT assumeNotNull(event_id), assumeNotNull(event_time), assumeNotNull(org_id), account_id, product, action, item_type,
          toUInt16OrZero(status) AS code, toFloat64OrNull(duration_ms), access_id, unique_id, access_type,
          actor_type, actor_id, actor_name, actor_email, secret_path, secret_key, JSONExtract(secret_keys, 'Array(String)'),
          remote_addr, client_type, user_agent, multiIf(code IN (401, 403), 'denied', code >= 400, 'failure', 'success'),
          event_metadata, actor_metadata, ${bind.instant(now)}, ${bind.text(source)}
        FROM ${staged} WHERE problem_field = ''`,
};

/**
 * Stores a body of Akeyless's audit records that was spooled to a file: JSON or lines of text. What
 * cannot be read is counted in `rejected_events` with its position and reason, never its content.
 * @throws Failure as `takeIn` does. Nothing is stored then.
 */
export async function ingestAkeyless(
  doors: Doors,
  file: string,
  options: IngestOptions,
): Promise<IngestAnswer> {
  const staged = `${file}.staged`;
  try {
    await stageBody(file, staged);
    return await takeIn(doors, door, staged, options);
  } finally {
    await rm(staged, { force: true });
  }
}
