import { bind, sql } from '../src/store/sql';
import type { Store } from '../src/store/store';
import type { Workload } from './events';

const day = 86_400_000;

/** Copies of an event, and estimating how many differ, must not matter. */
const tolerance = 0.05;

/**
 * The workload that a store holds already, as of the day it was filled; null where it is empty.
 * @throws Error where it holds another one, or half of one.
 */
export async function storedWorkload(store: Store, wanted: Workload): Promise<Workload | null> {
  const [row] = await store.rows(
    sql`SELECT uniq(id) AS events, toUnixTimestamp(min(createdAt)) AS first, toUnixTimestamp(max(createdAt)) AS last
        FROM ${store.table('infisical_events')} WHERE source = ${bind.text('bench')}`,
    { surface: 'state' },
  );
  const events = Number(row?.events);
  if (events === 0) return null;
  const from = Math.floor((Number(row?.first) * 1000) / day) * day;
  const until = Math.ceil((Number(row?.last) * 1000) / day) * day;
  const days = Math.round((until - from) / day);
  if (Math.abs(events / wanted.events - 1) > tolerance || Math.abs(days - wanted.days) > 1) {
    throw new Error(
      `The store holds about ${events.toLocaleString('en-US')} events of ${days} days: ask for as many with --events and --days, or name another folder.`,
    );
  }
  return { ...wanted, until };
}

/** A clock by which the workload ended with yesterday, whenever it was filled in. */
export const clockOf =
  ({ until }: Workload, startedAt = Date.now()): (() => number) =>
  () =>
    Date.now() - (Math.floor(startedAt / day) * day - until);
