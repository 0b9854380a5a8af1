import { randomUUID } from 'node:crypto';
import { withStagedRows } from '../staged-rows';
import { bind, identifier, join, sql } from '../sql';
import type { Sql } from '../sql';
import type { Asker, Store } from '../store';
import { recordPoll } from './polls';

/** A secret that something was found out about. */
interface SecretPlace {
  environment: string;
  secret_path: string;
  secret_key: string;
  secret_id: string;
}

export interface DigestRow extends SecretPlace {
  /** Fingerprint of the key, so that digests of another are known for what they are. */
  key_id: string;
  digest: string;
}

export interface VerdictRow extends SecretPlace {
  rule_name: string;
  constraint_type: string;
  violation: string;
}

interface Place {
  source: string;
  orgId: string;
  projectId: string;
}

const asker: Asker = { surface: 'ingest' };
const secretColumns = ['environment', 'secret_path', 'secret_key', 'secret_id'];
const columnsOf = {
  secret_digests: [...secretColumns, 'key_id', 'digest'],
  rule_verdicts: [...secretColumns, 'rule_name', 'constraint_type', 'violation'],
};
type CollectedTable = keyof typeof columnsOf;

export const replaceDigests = (
  store: Store,
  place: Place,
  rows: readonly DigestRow[],
): Promise<void> => replace(store, 'secret_digests', place, rows);

export const replaceVerdicts = (
  store: Store,
  place: Place,
  rows: readonly VerdictRow[],
): Promise<void> => replace(store, 'rule_verdicts', place, rows);

/** In one step: a reader sees all of the last poll or all of this one. */
async function replace(
  store: Store,
  table: CollectedTable,
  { source, orgId, projectId }: Place,
  rows: readonly object[],
): Promise<void> {
  if (rows.length === 0) return dropPartition(store, table, source, projectId);
  const columns = columnsOf[table];
  const names = join(columns.map(identifier), 'comma');
  const next = store.table(`staging_${randomUUID().replaceAll('-', '')}`);
  await withStagedRows(
    store,
    columns,
    rows as readonly Readonly<Record<string, string>>[],
    async (staged) => {
      try {
        await store.execute(sql`CREATE TABLE ${next} AS ${store.table(table)}`, asker);
        await store.execute(
          sql`INSERT INTO ${next} (source, org_id, project_id, ${names})
              SELECT ${bind.text(source)}, ${bind.text(orgId)}, ${bind.text(projectId)}, ${names} FROM ${staged}`,
          asker,
        );
        await store.execute(
          sql`ALTER TABLE ${store.table(table)} REPLACE PARTITION ${partition(source, projectId)} FROM ${next}`,
          asker,
        );
      } finally {
        await store.execute(sql`DROP TABLE IF EXISTS ${next} SYNC`, asker).catch(() => undefined);
      }
    },
  );
}

const partition = (source: string, projectId: string): Sql =>
  sql`(${bind.text(source)}, ${bind.text(projectId)})`;

const dropPartition = (
  store: Store,
  table: CollectedTable,
  source: string,
  projectId: string,
): Promise<void> =>
  store.execute(
    sql`ALTER TABLE ${store.table(table)} DROP PARTITION ${partition(source, projectId)}`,
    asker,
  );

/** What may stay, by source. */
export interface Kept {
  /** Fingerprints of the keys in use. */
  keyIds: Readonly<Record<string, string>>;
  /** Sources that have rules. */
  ruled: readonly string[];
}

/**
 * For the start: drops digests of keys that are not in use any more, and verdicts of sources without
 * rules. What was dropped is unknown from now on, until a poll works it out again.
 */
export async function dropOutdated(
  store: Store,
  { keyIds, ruled }: Kept,
  now: number,
): Promise<void> {
  for (const { source, project, keys } of await digested(store)) {
    const key = keyIds[source];
    if (key !== undefined && keys.every((each) => each === key)) continue;
    await forget(store, 'secret_digests', source, project, {
      now,
      why:
        key === undefined
          ? 'The source has no digest_key any more: its digests were forgotten.'
          : 'The digest key changed: the next poll works the digests out again.',
    });
  }
  const judged = await knownPlaces(store, 'rules');
  for (const { source, project } of judged.filter((each) => !ruled.includes(each.source))) {
    await forget(store, 'rule_verdicts', source, project, {
      now,
      why: 'The source has no rules any more.',
    });
  }
}

/** Drops every digest, or those of one source. @returns how many secrets they were of. */
export async function forgetDigests(
  store: Store,
  source: string | null,
  now: number,
): Promise<number> {
  const places = (await digested(store)).filter(
    (each) => source === null || each.source === source,
  );
  for (const each of places) {
    await forget(store, 'secret_digests', each.source, each.project, {
      now,
      why: 'Digests were forgotten by hand: the next poll works them out again while there is a digest_key.',
    });
  }
  return places.reduce((sum, { digests }) => sum + digests, 0);
}

interface Digested {
  source: string;
  project: string;
  /** Fingerprints of the keys of its digests. */
  keys: readonly string[];
  digests: number;
}

/** Projects that have digests, or are known to need none. */
async function digested(store: Store): Promise<Digested[]> {
  const rows = await store.rows(
    sql`SELECT source, project_id, groupUniqArray(key_id) AS keys, count() AS digests
        FROM ${store.table('secret_digests')} GROUP BY source, project_id`,
    asker,
  );
  const found = rows.map(({ source, project_id: project, keys, digests }) => ({
    source: String(source),
    project: String(project),
    keys: Array.isArray(keys) ? keys : [],
    digests: Number(digests),
  }));
  const empty = (await knownPlaces(store, 'digests')).filter(
    (place) =>
      !found.some((each) => each.source === place.source && each.project === place.project),
  );
  return [...found, ...empty.map((place) => ({ ...place, keys: [], digests: 0 }))];
}

async function forget(
  store: Store,
  table: CollectedTable,
  source: string,
  projectId: string,
  { now, why }: { now: number; why: string },
): Promise<void> {
  await dropPartition(store, table, source, projectId);
  await recordPoll(store, {
    source,
    kind: table === 'secret_digests' ? 'forgotten-digests' : 'forgotten-rules',
    projectId,
    startedAt: now,
    finishedAt: now,
    error: why,
    items: 0,
    changed: 0,
    gone: 0,
  });
}

/** Projects whose newest attempt of the kind went well. */
async function knownPlaces(
  store: Store,
  kind: 'digests' | 'rules',
): Promise<{ source: string; project: string }[]> {
  const rows = await store.rows(
    sql`SELECT source, project_id FROM ${store.table('inventory_polls')} WHERE kind_of_poll IN ${bind.texts([kind, `forgotten-${kind}`])}
        GROUP BY source, project_id HAVING argMax(ok, finished_at)`,
    asker,
  );
  return rows.map(({ source, project_id: project }) => ({
    source: String(source),
    project: String(project),
  }));
}
