import { Failure } from '../../failure';
import { all, bind, identifier, join, sql } from '../sql';
import type { Sql } from '../sql';
import { withStagedRows } from '../staged-rows';
import type { Asker, Store } from '../store';
import { itemTexts } from './item';
import type { InventoryItem } from './item';

/** What a poll answered for: everything of these kinds in one project of one source. */
export interface Polled {
  source: string;
  vendor: string;
  orgId: string;
  projectId: string;
  kinds: readonly string[];
  /** Epoch milliseconds; later than that of every earlier poll of the same. */
  seenAt: number;
}

export interface Written {
  items: number;
  /** New or different since the last poll. */
  changed: number;
  /** No longer there. */
  gone: number;
}

const asker: Asker = { surface: 'ingest' };

/**
 * Brings the inventory of one project to what a poll saw. `items` is all there is now; what is known
 * and not among them is marked gone. Memory stays flat: items go through a private file.
 * Nothing is written where `items` throws, and a second call with the same items changes nothing.
 * @throws Failure `conflict` where `seenAt` is not after the newest poll: an old answer must not
 *         overwrite a newer one.
 */
export async function writeInventory(
  store: Store,
  polled: Polled,
  items: AsyncIterable<InventoryItem> | Iterable<InventoryItem>,
): Promise<Written> {
  await requireNewer(store, polled);
  return withStagedRows(store, textColumns, texts(items, polled), (staged) =>
    replace(store, polled, staged),
  );
}

async function* texts(
  items: AsyncIterable<InventoryItem> | Iterable<InventoryItem>,
  { kinds }: Polled,
): AsyncGenerator<Record<string, string>> {
  for await (const item of items) {
    if (!kinds.includes(item.kind)) {
      throw new Error(`an item of kind '${item.kind}' is not among the kinds that were polled`);
    }
    yield itemTexts(item);
  }
}

/** How each column is made from the text of the staging table. */
const instant = (name: Sql): Sql =>
  sql`if(${name} = '', NULL, fromUnixTimestamp64Milli(toInt64(${name}), 'UTC'))`;
const same = (name: Sql): Sql => name;
const values: readonly [name: string, value: (text: Sql) => Sql][] = [
  ['kind', same],
  ['id', same],
  ['name', same],
  ['environment', same],
  ['secret_path', same],
  ['type', same],
  ['state', same],
  ['created_at', instant],
  ['updated_at', instant],
  ['used_at', instant],
  ['last_rotated_at', instant],
  ['last_attempt_at', instant],
  ['next_rotation_at', instant],
  ['rotation_interval', (text) => sql`toUInt32OrNull(${text})`],
  ['is_auto_rotated', (text) => sql`if(${text} = '', NULL, ${text} = 'true')`],
  ['rotation_id', same],
  ['secret_keys', (text) => sql`JSONExtract(${text}, 'Array(String)')`],
  ['versions', (text) => sql`toUInt32OrNull(${text})`],
  ['message', same],
  ['comment', same],
  ['attributes', same],
];
const textColumns = values.map(([name]) => name);
const names = join(textColumns.map(identifier), 'comma');

const scopeOf = ({ source, projectId, kinds }: Polled): Sql =>
  all([
    sql`source = ${bind.text(source)}`,
    sql`project_id = ${bind.text(projectId)}`,
    sql`kind IN ${bind.texts(kinds)}`,
  ]);

async function requireNewer(store: Store, polled: Polled): Promise<void> {
  const [row] = await store.rows(
    sql`SELECT toUnixTimestamp64Milli(max(seen_at)) AS newest FROM ${store.table('inventory_current')} WHERE ${scopeOf(polled)}`,
    asker,
  );
  if (Number(row?.newest ?? 0) >= polled.seenAt) {
    throw new Failure(
      'conflict',
      `The inventory of source '${polled.source}' was seen later than ${new Date(polled.seenAt).toISOString()} already: set the clock of this machine.`,
      { field: 'seen_at' },
    );
  }
}

async function replace(store: Store, polled: Polled, rows: Sql): Promise<Written> {
  const history = store.table('inventory_history');
  const current = store.table('inventory_current');
  const seenAt = bind.instant(polled.seenAt);
  const scope = scopeOf(polled);
  const live = sql`${current} FINAL WHERE ${scope} AND NOT gone`;
  const columns = sql`source, vendor, org_id, project_id, ${names}, seen_at, gone, hash`;
  const converted = join(
    values.map(([name, value]) => sql`${value(identifier(name))} AS ${identifier(name)}`),
    'comma',
  );
  // The texts are hashed and not what is made of them: a hash over a NULL would be NULL.
  const staged = sql`(SELECT *, cityHash64(${names}) AS hash FROM ${rows} LIMIT 1 BY kind, id)`;
  await store.execute(
    sql`INSERT INTO ${history} (${columns})
        SELECT ${bind.text(polled.source)}, ${bind.text(polled.vendor)}, ${bind.text(polled.orgId)}, ${bind.text(polled.projectId)}, ${converted}, ${seenAt}, false, hash
        FROM ${staged} AS staged WHERE (kind, id, hash) NOT IN (SELECT kind, id, hash FROM ${live})
        UNION ALL
        SELECT source, vendor, org_id, project_id, ${names}, ${seenAt}, true, hash
        FROM ${live} AND (kind, id) NOT IN (SELECT kind, id FROM ${rows})`,
    asker,
  );
  const written = sql`${history} FINAL WHERE ${scope} AND seen_at = ${seenAt}`;
  // Second: after a crash in between the next poll finds the same differences again.
  await store.execute(
    sql`INSERT INTO ${current} (${columns}) SELECT ${columns} FROM ${written}`,
    asker,
  );
  const [row] = await store.rows(
    sql`SELECT (SELECT count() FROM ${staged}) AS items, countIf(NOT gone) AS changed, countIf(gone) AS gone_items FROM ${written}`,
    asker,
  );
  return {
    items: Number(row?.items ?? 0),
    changed: Number(row?.changed ?? 0),
    gone: Number(row?.gone_items ?? 0),
  };
}
