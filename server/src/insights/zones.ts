import { sql } from '../store/sql';
import type { Store } from '../store/store';

/**
 * The engine's names are case-sensitive and not quite those of this process, which writes times into
 * reports: a name is taken where both know it.
 */
export async function loadZones(store: Store): Promise<ReadonlySet<string>> {
  const rows = await store.rows(sql`SELECT time_zone FROM system.time_zones`, {
    surface: 'state',
  });
  return new Set(rows.map(({ time_zone: zone }) => String(zone)).filter(isZone));
}

/** @returns whether this process knows the zone; spelling and case are its own matter. */
export function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return /^[A-Za-z][A-Za-z0-9_+\-/]*$/.test(zone);
  } catch {
    return false;
  }
}
