import { bind, sql } from '../store/sql';
import type { Sql } from '../store/sql';
import type { Asker, Store } from '../store/store';

const asker: Asker = { surface: 'rollup', settings: { max_execution_time: 0, mutations_sync: 2 } };

export interface Renaming {
  actorId: string;
  pseudonym: string;
  /** Ids and e-mails, which mean this actor wherever they stand. */
  uniqueNames: readonly string[];
  /** JSON text with the names replaced. */
  renamed: (text: Sql) => Sql;
  /** Whether a text names the actor. */
  mentions: (text: Sql) => Sql;
}

/** Replaces one actor in the records of Akeyless, and among the clients of its reports. */
export async function pseudonymiseInAkeyless(
  store: Store,
  { actorId, pseudonym, uniqueNames, renamed, mentions }: Renaming,
): Promise<{ events: number; mentions: number }> {
  const word = bind.text(pseudonym);
  const own = sql`actor_id = ${bind.text(actorId)}`;
  const named = mentions(sql`event_metadata`);
  const events = store.table('akeyless_events');
  const [counted] = await store.rows(
    sql`SELECT countIf(${own}) AS events, countIf(NOT ${own} AND ${named}) AS mentions FROM ${events} FINAL`,
    asker,
  );
  await store.execute(
    sql`ALTER TABLE ${events} UPDATE
          actor_metadata = if(${own}, concat('{"access_type":', toJSONString(toString(access_type)), ',"unique_id":"', ${word}, '"}'), actor_metadata),
          event_metadata = ${renamed(sql`event_metadata`)},
          actor_name = if(${own}, ${word}, actor_name), actor_email = if(${own}, '', actor_email),
          access_id = if(${own} AND unique_id = '', ${word}, access_id), unique_id = if(${own} AND unique_id != '', ${word}, unique_id),
          actor_id = if(${own}, ${word}, actor_id)
        WHERE ${own} OR ${named}`,
    asker,
  );
  await renameClients(store, uniqueNames, word);
  await store.execute(
    sql`ALTER TABLE ${store.table('usage_snapshots')} UPDATE body = ${renamed(sql`body`)} WHERE ${mentions(sql`body`)}`,
    asker,
  );
  return { events: Number(counted?.events ?? 0), mentions: Number(counted?.mentions ?? 0) };
}

/** A client's id is part of the sorting key, which cannot be changed in place. */
async function renameClients(
  store: Store,
  uniqueNames: readonly string[],
  word: Sql,
): Promise<void> {
  const clients = store.table('usage_clients');
  const isOne = sql`client_id IN ${bind.texts(uniqueNames)}`;
  const columns = sql`source, vendor, account, updated_at, seen_at, product, access_id, access_type, auth_method_name, exceeded`;
  await store.execute(
    sql`INSERT INTO ${clients} (${columns}, client_id) SELECT ${columns}, ${word} FROM ${clients} FINAL WHERE ${isOne}`,
    asker,
  );
  await store.execute(sql`ALTER TABLE ${clients} DELETE WHERE ${isOne}`, asker);
}
