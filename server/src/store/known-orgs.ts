import { anything, bind, sql } from './sql';
import type { Asker, Store } from './store';
import type { EventTable } from './vendor';

const asker: Asker = { surface: 'state' };

/**
 * Of which organisations our own tables hold events: a question then names no table without events (each takes
 * 2 to 8 ms to plan) and, where there is one organisation, does not tell events apart by it (a sixth of its
 * time). Never less than there is: a door adds what it is about to store. So it is only known where no other
 * process can write, in the embedded engine; on a server a statement of a process that is gone may still be
 * storing events.
 */
export class KnownOrgs {
  /** Two at most of each vendor: more than one is all that matters. */
  readonly #byVendor = new Map<string, Set<string>>();
  #isLoaded = false;

  async load(store: Store, tables: readonly EventTable[]): Promise<void> {
    if (store.kind !== 'embedded') return;
    for (const { from, vendor, columns } of tables.filter(({ isOwn }) => isOwn)) {
      for (let isNew = true; isNew;) {
        const [known, ...others] = this.#of(vendor);
        if (others.length > 0) break;
        const isOther =
          known === undefined ? anything : sql`${columns.org_id} != ${bind.uuid(known)}`;
        const rows = await store.rows(
          sql`SELECT toString(${columns.org_id}) AS org FROM ${from} WHERE ${isOther} LIMIT 1`,
          asker,
        );
        this.add(
          vendor,
          rows.map(({ org }) => String(org)),
        );
        isNew = rows.length > 0;
      }
    }
    this.#isLoaded = true;
  }

  add(vendor: string, orgs: readonly string[]): void {
    const known = this.#of(vendor);
    for (const org of orgs) if (known.size < 2) known.add(org);
  }

  /** Those that can hold events; all where none does, so that there is something to ask. */
  withEvents(tables: readonly EventTable[]): readonly EventTable[] {
    if (!this.#isLoaded) return tables;
    const held = tables.filter(({ isOwn, vendor }) => !isOwn || this.#of(vendor).size > 0);
    return held.length > 0 ? held : tables;
  }

  /** Whether events of these tables cannot be of different organisations. */
  isOne(tables: readonly EventTable[]): boolean {
    return (
      this.#isLoaded && tables.every(({ isOwn, vendor }) => isOwn && this.#of(vendor).size < 2)
    );
  }

  #of(vendor: string): Set<string> {
    const known = this.#byVendor.get(vendor) ?? new Set();
    this.#byVendor.set(vendor, known);
    return known;
  }
}
