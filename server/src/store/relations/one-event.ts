import { bind, sql } from '../sql';
import type { Asker, Store } from '../store';
import type { EventRow } from './event-pages';
import type { EventColumn, EventRange, Events, ProjectScope } from './events';

export interface OneEventQuestion {
  id: string;
  org: string | undefined;
  scope: ProjectScope;
  /** Epoch milliseconds. */
  now: number;
  columns: readonly EventColumn[];
}

const hour = 3_600_000;

/** The events with an id: one, none, or one of each organisation that has it. */
export async function oneEvent(
  store: Store,
  events: Events,
  question: OneEventQuestion,
  asker: Asker,
): Promise<EventRow[]> {
  for (const range of likelyRanges(question)) {
    const found = await eventIn(store, events, question, range, asker);
    if (found.length > 0) return found;
  }
  return [];
}

/** A UUID of version 7 begins with its time, which Infisical takes from the event; after that, anywhere. */
function likelyRanges({ id, now }: OneEventQuestion): EventRange[] {
  const everywhere = { from: 0, to: now + 24 * hour };
  const time = parseInt(id.replaceAll('-', '').slice(0, 12), 16);
  const isTime = id.charAt(14) === '7' && time < everywhere.to;
  return isTime ? [{ from: Math.max(0, time - hour), to: time + hour }, everywhere] : [everywhere];
}

async function eventIn(
  store: Store,
  events: Events,
  { id, org, scope, columns }: OneEventQuestion,
  range: EventRange,
  asker: Asker,
): Promise<EventRow[]> {
  const named = [
    { condition: sql`stored.id = ${bind.uuid(id)}`, needs: ['id'] as const },
    ...(org === undefined
      ? []
      : [{ condition: sql`stored.org_id = ${bind.uuid(org)}`, needs: ['org_id'] as const }]),
  ];
  return store.rows(
    sql`SELECT * FROM ${events.rows({ range, scope, filters: [], only: named }, columns)} LIMIT 1 BY row_id, row_org, row_vendor LIMIT 2`,
    asker,
  );
}
