import { randomUUID } from 'node:crypto';
import type { IngestAnswer } from '../../contract';
import { Failure } from '../../failure';
import { bind, join, sql } from '../../store/sql';
import type { Sql } from '../../store/sql';
import type { Interval } from '../../store/relations/plan';
import type { Asker, Store } from '../../store/store';
import type { Batch, Doors, EventDoor, IngestOptions } from './door';
import { firstProblem } from './problems';
import { StagingTables, ofStaging } from './staging-tables';
import { Together } from './together';
import type { Place } from './together';

const asker: Asker = { surface: 'ingest' };
const shownRejections = 100;

/**
 * Stores a body of events that was spooled to a file. The engine reads and checks it; no event is
 * parsed here. Good events are stored when this returns; bad ones are in `rejected_events` with their
 * position, field and reason.
 * @throws Failure `bad-parameters` where the body is not JSON, or (strict) has a bad event;
 *         `body-too-large` where it has more events than allowed. Nothing is stored then.
 */
export async function takeIn(
  doors: Doors,
  door: EventDoor,
  file: string,
  options: IngestOptions,
): Promise<IngestAnswer> {
  const { store } = doors;
  const { staging, events } = writersOf(store, door);
  const batch = randomUUID();
  // In memory, and empty again with this call: half a batch can never be seen, whatever happens.
  return staging.use(async (name) => {
    const place = events.expect();
    try {
      await loadBody(store, name, door.members, file);
      const staged = checked(store.table(name), door, options);
      return await storeStaged(doors, { staged, batch, ...options }, door.vendor, place);
    } finally {
      place.leave();
    }
  });
}

/** The events of a staging table, each with the first thing that is wrong with it. */
const checked = (table: Sql, { arrivalChecks }: EventDoor, options: IngestOptions): Sql => sql`(
  SELECT * EXCEPT problem, if(problem.1 != '', problem, ${firstProblem(arrivalChecks(options))}) AS found,
    found.1 AS problem_field, found.2 AS problem_reason, found.3 AS problem_kind
  FROM ${table})`;

/** Codes with which the engine refuses text that is not JSON; any other failure is not the sender's. */
const unparsable = new Set(['25', '26', '27', '33', '72', '117', '306']);

const isUnparsable = (cause: unknown): boolean =>
  typeof cause === 'object' &&
  cause !== null &&
  'code' in cause &&
  unparsable.has(String(cause.code));

async function loadBody(
  store: Store,
  staging: string,
  members: readonly string[],
  file: string,
): Promise<void> {
  try {
    await store.loadJson(staging, members, file, ofStaging);
  } catch (error) {
    if (error instanceof Failure && isUnparsable(error.cause)) {
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

async function storeStaged(
  { store, closed, projectsNamed }: Doors,
  batch: Batch,
  vendor: string,
  place: Place<Batch>,
): Promise<IngestAnswer> {
  const { received, rejectedTotal, hours, orgs, namesProjects } = await survey(store, batch.staged);
  if (received > batch.maxEvents) {
    throw new Failure(
      'body-too-large',
      `The body has ${received} events; at most ${batch.maxEvents} fit into one. Send it in parts.`,
      { field: 'body' },
    );
  }
  const rejected = rejectedTotal === 0 ? [] : await rejections(store, batch.staged);
  if (batch.strict && rejected[0]) {
    const { position, field, reason } = rejected[0];
    throw new Failure(
      'bad-parameters',
      `Event ${position}: ${field} ${reason}. Nothing was stored, as strict was asked for.`,
      { field },
    );
  }
  if (received > rejectedTotal) {
    store.knownOrgs.add(vendor, orgs);
    // Before the events, so that a crash in between leaves closed time dirty and never wrong.
    const written = await closed.announce(hours);
    try {
      await place.take(batch, received);
    } finally {
      written();
    }
    if (namesProjects) {
      await keepProjectNames(store, batch);
      await projectsNamed?.();
    }
  }
  // Last, so that a sender who has to come again after a failure is not counted twice.
  if (rejectedTotal > 0) await keepRejections(store, batch);
  return { received, stored: received - rejectedTotal, rejected, rejected_total: rejectedTotal };
}

const hour = 3_600_000;

interface Survey {
  received: number;
  rejectedTotal: number;
  /** The hours that the good events fall into. */
  hours: Interval[];
  /** The organisations that they are of. */
  orgs: string[];
  namesProjects: boolean;
}

async function survey(store: Store, staged: Sql): Promise<Survey> {
  const [row] = await store.rows(
    sql`SELECT count() AS received, countIf(problem_field != '') AS rejected,
          groupUniqArrayIf(toString(toUnixTimestamp(toStartOfHour(assumeNotNull(event_time)))), problem_field = '') AS hours,
          groupUniqArrayIf(2)(toString(assumeNotNull(org_id)), problem_field = '') AS orgs,
          countIf(projectName != '') AS named
        FROM ${staged}`,
    asker,
  );
  const [hours = [], orgs = []] = [row?.hours, row?.orgs].map((list) =>
    Array.isArray(list) ? list : [],
  );
  return {
    received: Number(row?.received ?? 0),
    rejectedTotal: Number(row?.rejected ?? 0),
    hours: hours.map((start) => ({ from: Number(start) * 1000, to: Number(start) * 1000 + hour })),
    orgs: orgs.map(String),
    namesProjects: Number(row?.named ?? 0) > 0,
  };
}

/** Memory tables keep the order of the body, as long as one thread reads them. */
const positioned = (staged: Sql): Sql =>
  sql`(SELECT rowNumberInAllBlocks() AS position, projectId, event_id, problem_field, problem_kind, problem_reason FROM ${staged} SETTINGS max_threads = 1)`;

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

async function keepRejections(store: Store, { staged, batch, source, now }: Batch): Promise<void> {
  await store.execute(
    sql`INSERT INTO ${store.table('rejected_events')} (received_at, batch, source, project_id, position, id, field, problem, reason)
        SELECT ${bind.instant(now)}, ${bind.uuid(batch)}, ${bind.text(source)}, substring(projectId, 1, 64), position, ifNull(toString(event_id), ''), problem_field, problem_kind, problem_reason
        FROM ${positioned(staged)} WHERE problem_field != ''`,
    asker,
  );
}

const eventsTogether = {
  /** A statement that fails may have stored a part of what is above a million rows. */
  most: 200_000,
  /** A round takes some 55 ms of processor time whatever is in it, as much as twelve thousand events. */
  enough: 20_000,
};

/** What bodies of one vendor share. */
interface Writers {
  staging: StagingTables;
  /** Bodies that come at the same time are stored by one statement: most of its cost is the same for one and for many. */
  events: Together<Batch>;
}

const writers = new WeakMap<Store, Map<EventDoor, Writers>>();

function writersOf(store: Store, door: EventDoor): Writers {
  const ofStore = writers.get(store) ?? new Map<EventDoor, Writers>();
  writers.set(store, ofStore);
  const ofDoor = ofStore.get(door) ?? {
    staging: new StagingTables(store, door.stagingTable),
    events: new Together((batches: Batch[]) => keepEvents(store, door, batches), eventsTogether),
  };
  ofStore.set(door, ofDoor);
  return ofDoor;
}

/** Left to the first merge, which does it for many bodies at once; until then copies count once all the same, and a search reads what no index tells it to pass over. */
const untilMerged = {
  optimize_on_insert: 0,
  materialize_skip_indexes_on_insert: 0,
  materialize_statistics_on_insert: 0,
};

async function keepEvents(store: Store, door: EventDoor, batches: Batch[]): Promise<void> {
  await store.execute(
    sql`INSERT INTO ${door.target(store)} ${join(batches.map(door.goodEvents), 'union all')}`,
    { ...asker, settings: untilMerged },
  );
  const accepted = batches.map(
    ({ batch, staged, source, now }) =>
      sql`SELECT ${bind.instant(now)}, ${bind.uuid(batch)}, ${bind.text(source)}, assumeNotNull(org_id), projectId, toDate(assumeNotNull(event_time), 'UTC') AS day, count()
          FROM ${staged} WHERE problem_field = '' GROUP BY org_id, projectId, day`,
  );
  // After the events: coverage counts copies from it, and none may be counted that was not stored.
  await store.execute(
    sql`INSERT INTO ${store.table('ingest_log')} (received_at, batch, source, org_id, project_id, day, accepted) ${join(accepted, 'union all')}`,
    asker,
  );
}

async function keepProjectNames(store: Store, { staged, now }: Batch): Promise<void> {
  await store.execute(
    sql`INSERT INTO ${store.table('projects')} (org_id, project_id, name, slug, seen_at)
        SELECT DISTINCT assumeNotNull(org_id), projectId, projectName, '', ${bind.instant(now)}
        FROM ${staged} WHERE problem_field = '' AND projectId != '' AND projectName != ''
          AND (projectId, projectName) NOT IN (SELECT project_id, name FROM ${store.table('projects')} FINAL)`,
    asker,
  );
}
