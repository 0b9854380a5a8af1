import { createHash } from 'node:crypto';
import { Failure } from '../../failure';
import { bind, sql } from '../sql';
import type { Asker, Store } from '../store';
import { withStagedRows } from '../staged-rows';
import type { UsageSnapshot } from './snapshot';

const asker: Asker = { surface: 'ingest' };
/** Clocks of other machines run ahead a little; more than this is a mistake. */
const aheadMs = 10 * 60_000;
const earliest = Date.UTC(2000, 0, 2);

export type Kept = 'new' | 'changed' | 'unchanged';

/**
 * Stores a snapshot. One that comes again changes nothing; the same date with other figures replaces
 * what was kept.
 * @throws Failure `bad-parameters` where its date cannot be right.
 */
export async function keepSnapshot(store: Store, snapshot: UsageSnapshot): Promise<Kept> {
  const { source, account, updatedAt, seenAt, body } = snapshot;
  checkDate(snapshot);
  const hash = createHash('sha256').update(body).digest('hex');
  const [row] = await store.rows(
    sql`SELECT hash = ${bind.text(hash)} AS same, toUnixTimestamp64Milli(seen_at) AS seen FROM ${store.table('usage_snapshots')} FINAL
        WHERE source = ${bind.text(source)} AND account = ${bind.text(account)} AND updated_at = ${bind.instant(updatedAt)}`,
    asker,
  );
  if (row && Number(row.same) === 1) return 'unchanged';
  const seen = Math.max(seenAt, Number(row?.seen ?? 0) + 1);
  await keepFigures(store, snapshot, seen);
  await keepClients(store, snapshot, seen);
  // Last: until this row is there, none of the others is read.
  await withStagedRows(store, ['body'], [{ body }], (staged) =>
    store.execute(
      sql`INSERT INTO ${store.table('usage_snapshots')} (source, vendor, account, updated_at, seen_at, hash, body)
          SELECT ${stamp(snapshot, seen)}, ${bind.text(hash)}, body FROM ${staged}`,
      asker,
    ),
  );
  return row ? 'changed' : 'new';
}

function checkDate({ account, updatedAt, seenAt }: UsageSnapshot): void {
  const date = new Date(updatedAt).toISOString();
  if (updatedAt > seenAt + aheadMs) {
    throw new Failure(
      'bad-parameters',
      `The usage of account '${account}' is dated ${date}, which is in the future for this machine (${new Date(seenAt).toISOString()}): set the clock that is wrong.`,
      { field: 'date_updated' },
    );
  }
  if (updatedAt < earliest) {
    throw new Failure(
      'bad-parameters',
      `The usage of account '${account}' is dated ${date}, which cannot be: date_updated must be seconds since 1970.`,
      { field: 'date_updated' },
    );
  }
}

const stamp = ({ source, vendor, account, updatedAt }: UsageSnapshot, seen: number) =>
  sql`${bind.text(source)}, ${bind.text(vendor)}, ${bind.text(account)}, ${bind.instant(updatedAt)}, ${bind.instant(seen)}`;

async function keepFigures(store: Store, snapshot: UsageSnapshot, seen: number): Promise<void> {
  const rows = snapshot.figures.map((each) => ({ ...each, value: String(each.value) }));
  await withStagedRows(store, ['product', 'figure', 'label', 'value'], rows, (staged) =>
    store.execute(
      sql`INSERT INTO ${store.table('usage_figures')} (source, vendor, account, updated_at, seen_at, product, figure, label, value)
          SELECT ${stamp(snapshot, seen)}, product, figure, label, sum(toFloat64(value)) FROM ${staged} GROUP BY product, figure, label`,
      asker,
    ),
  );
}

async function keepClients(store: Store, snapshot: UsageSnapshot, seen: number): Promise<void> {
  if (snapshot.clients.length === 0) return;
  const columns = [
    'product',
    'access_id',
    'client_id',
    'access_type',
    'auth_method_name',
    'exceeded',
  ];
  const rows = snapshot.clients.map((client) => ({
    product: client.product,
    access_id: client.accessId,
    client_id: client.clientId,
    access_type: client.accessType,
    auth_method_name: client.authMethodName,
    exceeded: String(client.exceeded),
  }));
  await withStagedRows(store, columns, rows, (staged) =>
    store.execute(
      sql`INSERT INTO ${store.table('usage_clients')} (source, vendor, account, updated_at, seen_at, product, access_id, client_id, access_type, auth_method_name, exceeded)
          SELECT ${stamp(snapshot, seen)}, product, access_id, client_id, access_type, auth_method_name, toInt64(exceeded)
          FROM ${staged} LIMIT 1 BY product, access_id, client_id`,
      asker,
    ),
  );
}
