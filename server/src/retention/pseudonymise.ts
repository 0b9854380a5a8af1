import { randomBytes } from 'node:crypto';
import { Failure } from '../failure';
import type { Insights } from '../insights/insights';
import { actorIdMember } from '../sources/infisical/event-table';
import { bind, sql } from '../store/sql';
import type { Sql } from '../store/sql';
import type { Asker } from '../store/store';
import { pseudonymiseInAkeyless } from './pseudonymise-akeyless';
import { renameInRollups } from './rename-in-rollups';

export interface Pseudonymised {
  pseudonym: string;
  /** Events that the actor caused. */
  events: number;
  /** Other events whose details named the actor. */
  mentions: number;
  /** Days and hours whose counts named the actor. */
  spans: number;
  /** What could not be changed, each in a sentence. */
  notes: string[];
}

const asker: Asker = { surface: 'rollup', settings: { max_execution_time: 0, mutations_sync: 2 } };
const member = '(?:[A-Za-z]*(?:[nN]ame|[uU]ser|[aA]ctor|[eE]mail|[iI]dentity))';

/**
 * Replaces id, name and e-mail of one actor by a made-up word in everything this server keeps: raw
 * events, what other events say of the actor, counts, and our own history. Counts stay what they are.
 * @throws Failure `unknown` where no event is by such an actor.
 */
export async function pseudonymise(insights: Insights, actorId: string): Promise<Pseudonymised> {
  const { store } = insights;
  const known = await namesOf(insights, actorId);
  const pseudonym = `pseudonym-${randomBytes(6).toString('hex')}`;
  const word = bind.text(pseudonym);
  const events = store.table('infisical_events');

  const own = sql`actor_id = ${bind.text(actorId)}`;
  const mentions = mentioning(sql`eventMetadata`, known);
  const renamed = renaming(sql`eventMetadata`, known, pseudonym);
  const [counted] = await store.rows(
    sql`SELECT countIf(${own}) AS events, countIf(NOT ${own} AND ${mentions}) AS mentions FROM ${events} FINAL`,
    asker,
  );
  await store.execute(
    sql`ALTER TABLE ${events} UPDATE
          actorMetadata = if(${own}, ${anonymousMetadata(word)}, actorMetadata),
          eventMetadata = ${renamed}
        WHERE ${own} OR ${mentions}`,
    asker,
  );
  // Names are computed from id and e-mail, which the first pass computed anew beside them.
  await store.execute(
    sql`ALTER TABLE ${events} UPDATE actorMetadata = actorMetadata WHERE actor_id = ${word}`,
    asker,
  );
  const ofAkeyless = await pseudonymiseInAkeyless(store, {
    actorId,
    pseudonym,
    uniqueNames: known.unique,
    renamed: (text) => renaming(text, known, pseudonym),
    mentions: (text) => mentioning(text, known),
  });
  const spans = await renameInRollups(insights, actorId, pseudonym);
  const history = store.table('self_audit');
  await store.execute(
    sql`ALTER TABLE ${history} UPDATE filters = ${renaming(sql`filters`, known, pseudonym)}, user = if(user IN ${bind.texts(all(known))}, ${word}, user)
        WHERE ${mentioning(sql`filters`, known)} OR user IN ${bind.texts(all(known))}`,
    asker,
  );
  const isReadOnly = insights.vendor.tables.some(({ isOwn }) => !isOwn);
  return {
    pseudonym,
    events: Number(counted?.events ?? 0) + ofAkeyless.events,
    mentions: Number(counted?.mentions ?? 0) + ofAkeyless.mentions,
    spans: spans.renamed,
    notes: [
      ...(spans.left > 0
        ? [
            `${spans.left} days or hours are being counted again: repeat the command in some minutes.`,
          ]
        : []),
      ...(isReadOnly
        ? ["Infisical's own table is only read by this server, and still names the actor."]
        : []),
      ...(ofAkeyless.events > 0
        ? ['Names of personal folders are names of secrets, and stay.']
        : []),
      'Events that the vendor delivers later, or again, name the actor anew.',
    ],
  };
}

interface Known {
  /** Ids and e-mails, which mean this actor wherever they stand. */
  unique: string[];
  /** Names, which mean the actor only where a name is expected. */
  names: string[];
}

const all = ({ unique, names }: Known): string[] => [...unique, ...names];

async function namesOf({ store }: Insights, actorId: string): Promise<Known> {
  const id = bind.text(actorId);
  const rows = await store.rows(
    sql`SELECT DISTINCT if(position(actor_email, '@') > 0, actor_email, '') AS unique_name, actor_name AS name, JSONExtractString(actorMetadata, 'username') AS username
        FROM ${store.table('infisical_events')} WHERE actor_id = ${id}
        UNION DISTINCT
        SELECT DISTINCT unique_id, actor_name, '' FROM ${store.table('akeyless_events')} WHERE actor_id = ${id}
        UNION DISTINCT
        SELECT DISTINCT if(position(actor_email, '@') > 0, actor_email, ''), actor_name, '' FROM ${store.table('rollup_actor_day')} WHERE actor_id = ${id}`,
    asker,
  );
  if (rows.length === 0) {
    throw new Failure('unknown', `There is no event by an actor with the id '${actorId}'.`, {
      field: 'actor',
    });
  }
  const emails = rows.map((row) => String(row.unique_name)).filter((name) => name !== '');
  const names = rows
    .flatMap((row) => [String(row.name), String(row.username)])
    .filter((name) => name !== '' && name !== 'Unknown' && name !== actorId);
  return {
    unique: [...new Set([actorId, ...emails])],
    names: [...new Set(names.filter((name) => !emails.includes(name)))],
  };
}

/** As the text stands in JSON, between its quotes. */
const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);
const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

function mentioning(text: Sql, known: Known): Sql {
  const words = bind.texts(all(known).map(inJson));
  return sql`multiSearchAny(${text}, ${words})`;
}

/** Values in JSON text: ids and e-mails anywhere, names where a member is called a name, user or the like. */
function renaming(text: Sql, { unique, names }: Known, pseudonym: string): Sql {
  const everywhere = unique.reduce(
    (expression, value) =>
      sql`replaceAll(${expression}, ${bind.text(`"${inJson(value)}"`)}, ${bind.text(`"${pseudonym}"`)})`,
    text,
  );
  return names.reduce(
    (expression, name) =>
      sql`replaceRegexpAll(${expression}, ${bind.text(`("${member}"\\s*:\\s*)"${escaped(inJson(name))}"`)}, ${bind.text(`\\1"${pseudonym}"`)})`,
    everywhere,
  );
}

/** What an actor may still be known by: what it is, and how it had signed in. */
const anonymousMetadata = (word: Sql): Sql => sql`concat(
  '{"', ${actorIdMember(sql`'id'`)},
  '":"', ${word}, '","', if(actor = 'user', 'username', 'name'), '":"', ${word}, '"',
  if(JSONHas(actorMetadata, 'authMethod'), concat(',"authMethod":', JSONExtractRaw(actorMetadata, 'authMethod')), ''),
  '}')`;
