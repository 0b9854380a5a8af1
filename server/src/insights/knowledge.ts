import type { Filter, Notice } from '../contract';
import type { AsOf } from '../store/relations/inventory';
import type { Relations } from '../store/relations/relations';
import type { ProjectScope } from '../store/relations/events';
import { sql } from '../store/sql';
import type { Asker, Store } from '../store/store';
import type { Insight } from './define';

/** What is known from other than events: items that collectors read, what events say of reminders, and usage that vendors report. */
export type Origin = 'inventory' | 'reminders' | 'usage';

/** What is known at the moment that was asked for. */
export interface Knowledge extends Record<Origin, boolean> {
  /** Kinds of items that sources deliver, where the insight needs them. */
  kinds: ReadonlySet<string>;
  /** Why the rest is unknown. */
  notices: Notice[];
}

interface Asked {
  scope: ProjectScope;
  filters: readonly Filter[];
  asOf: AsOf;
}

type KnowingRelations = Pick<
  Relations,
  'inventoryPolls' | 'deliveredKinds' | 'anyEvent' | 'usageSnapshots'
>;

/** Finds out whether figures can be given at all, so that what nobody read is not shown as 0. */
export async function knowledgeFor(
  store: Store,
  { knownFrom: origins = [], needsKinds = false }: Pick<Insight, 'knownFrom' | 'needsKinds'>,
  relations: KnowingRelations,
  asked: Asked,
  asker: Asker,
): Promise<Knowledge> {
  if (origins.length === 0) {
    return { inventory: true, reminders: true, usage: true, kinds: new Set(), notices: [] };
  }
  const [polls, kinds, events, snapshots] = await Promise.all([
    store.rows(sql`SELECT source, project, known_since FROM ${relations.inventoryPolls()}`, asker),
    needsKinds ? store.rows(sql`SELECT kind FROM ${relations.deliveredKinds()}`, asker) : [],
    origins.includes('reminders')
      ? store.rows(sql`SELECT known FROM ${relations.anyEvent()}`, asker)
      : [],
    origins.includes('usage')
      ? store.rows(sql`SELECT account FROM ${relations.usageSnapshots()} LIMIT 1`, asker)
      : [],
  ]);
  const since = knownSince(
    polls.map(({ source, project, known_since }) => ({
      source: String(source),
      project: String(project),
      since:
        known_since === null || known_since === undefined ? null : Date.parse(String(known_since)),
    })),
  );
  const known = since.filter((each) => each !== null && each <= asked.asOf.instant).length;
  const inventory = known > 0;
  const hasEvents = Number(events[0]?.known ?? 0) === 1;
  // Which project a secret belongs to stands in the inventory alone.
  const needsPlaces = asked.scope !== null || asked.filters.some(isAboutPlace);
  const reminders = hasEvents && (inventory || !needsPlaces);
  const usage = snapshots.length > 0;
  const isPosture = origins.some((origin) => origin !== 'usage');
  return {
    inventory,
    reminders,
    usage,
    kinds: new Set(kinds.map(({ kind }) => String(kind))),
    notices: [
      ...(!isPosture
        ? []
        : inventory
          ? missing(since.length - known, since.length)
          : [unknownInventory(since, asked.asOf)]),
      ...(origins.includes('usage') && !usage ? [noUsage(asked)] : []),
      ...(origins.includes('reminders') && !hasEvents ? [noEvents] : []),
      ...(origins.includes('reminders') && reminders && !inventory ? [noPlaces] : []),
    ],
  };
}

interface PolledSince {
  source: string;
  project: string;
  /** Null where it was never read to its end. */
  since: number | null;
}

/** One entry a project; one a source that is read as a whole. */
function knownSince(polls: readonly PolledSince[]): (number | null)[] {
  const withProjects = new Set(
    polls.filter(({ project }) => project !== '').map(({ source }) => source),
  );
  return polls
    .filter(({ source, project }) => project !== '' || !withProjects.has(source))
    .map(({ since }) => since);
}

const placeFields: ReadonlySet<string> = new Set([
  'project',
  'environment',
  'secret_path',
  'secret_key',
]);
const isAboutPlace = ({ field, values }: Filter): boolean =>
  placeFields.has(field) && values.length > 0;

const info = (text: string): Notice => ({ severity: 'info', text });
const warning = (text: string): Notice => ({ severity: 'warning', text });

function unknownInventory(since: readonly (number | null)[], asOf: AsOf): Notice {
  if (since.length === 0) {
    return warning(
      'Unknown: no inventory was read here yet. Let a source read one in the settings, under sources.',
    );
  }
  const times = since.filter((each) => each !== null);
  if (times.length === 0) {
    return warning(
      "Unknown: the inventory could not be read yet. The insight 'collectors' shows why.",
    );
  }
  const first = new Date(Math.min(...times)).toISOString();
  return info(
    `Unknown: the inventory is known from ${first} on, and not at ${new Date(asOf.instant).toISOString()}.`,
  );
}

const missing = (unread: number, all: number): Notice[] =>
  unread === 0
    ? []
    : [
        info(
          `${unread} of ${all} projects or sources had not been read at that time and are left out.`,
        ),
      ];

const noUsage = ({ scope }: Asked): Notice =>
  scope === null
    ? info(
        'Unknown: no account that reports its usage is known here at that time. Connect one of Akeyless in the settings, under sources.akeyless.',
      )
    : info('Usage is reported for whole accounts: only a token for all projects sees it.');

const noEvents = warning(
  'Reminders are unknown: they stand in audit events alone, and no audit event is known up to that time. Without a licence for audit logs there are none.',
);
const noPlaces = info(
  'Of reminders no project, environment, path and key is known, because no inventory is known at that time.',
);

/** What an answer without rows says, unless it has said already that something is unknown. */
export const nothingMatches = (said: readonly Notice[], asOf: AsOf): Notice[] =>
  said.length > 0 ? [] : [info(`${nothing} at ${new Date(asOf.instant).toISOString()}.`)];

const nothing = 'Nothing matches';

/** Whether an answer without rows is one: that there is nothing, and not that nothing is known. */
export const isKnownToBeEmpty = (said: readonly Notice[]): boolean =>
  said.some((each) => each === noPlaces || each.text.startsWith(nothing));
