import { randomUUID } from 'node:crypto';
import type { Filter } from '../contract';
import { bind, sql } from '../store/sql';
import type { Sql } from '../store/sql';
import type { Asker, Store } from '../store/store';

/** Who did it: the token, and where the call came through Grafana, its user. */
export interface Auditor {
  token: { name: string };
  grafana: { user: string | null; email: string | null } | null;
}

export interface AuditedAct {
  /** list: a page of events; open: one event; export: a whole result as a file; the others changed what is kept. */
  action: 'list' | 'open' | 'export' | 'pseudonymise' | 'expire';
  insight: string;
  filters: readonly Filter[];
  /** Epoch milliseconds. */
  range?: { from: number; to: number };
}

const asker: Asker = { surface: 'state' };

/** The history of who looked at single events. What is in them is not part of it. */
export class SelfAudit {
  readonly #store: Store;
  readonly #now: () => number;

  constructor(store: Store, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  /**
   * Notes an act before it is answered, so that nothing leaves unrecorded.
   * @returns what notes afterwards how many rows left.
   */
  async begin(auditor: Auditor, act: AuditedAct): Promise<(rows: number) => Promise<void>> {
    const id = randomUUID();
    const at = this.#now();
    const write = (rows: Sql, version: number): Promise<void> =>
      this.#store.execute(
        sql`INSERT INTO ${this.#store.table('self_audit')} (id, at, token, user, action, insight, filters, rows, version)
            SELECT ${bind.uuid(id)}, ${bind.instant(at)}, ${bind.text(auditor.token.name)}, ${bind.text(userOf(auditor))},
              ${bind.text(act.action)}, ${bind.text(act.insight)}, ${bind.text(filterText(act))}, ${rows}, ${bind.integer(version)}`,
        asker,
      );
    await write(sql`NULL`, 0);
    return (rows) => write(bind.integer(rows), 1);
  }
}

const userOf = ({ grafana }: Auditor): string => grafana?.user ?? grafana?.email ?? '';

function filterText({ filters, range }: AuditedAct): string {
  const instant = (time: number): string => new Date(time).toISOString();
  return JSON.stringify({
    ...(range && { from: instant(range.from), to: instant(range.to) }),
    ...Object.fromEntries(filters.map(({ field, op, values }) => [`${field}.${op}`, values])),
  });
}
