import { bind, sql } from '../sql';
import type { Store } from '../store';

/** One attempt to ask a source. */
export interface Poll {
  source: string;
  /** What was asked for: each has its own state in the insight `collectors`. */
  kind:
    | 'projects'
    | 'inventory'
    | 'rotations'
    | 'digests'
    | 'rules'
    | 'audit-logs'
    | 'usage'
    /** Not an attempt: from here on what was found out is unknown, and `error` says why. */
    | 'forgotten-digests'
    | 'forgotten-rules';
  /** Empty where the attempt was about the whole source. */
  projectId: string;
  /** Epoch milliseconds. */
  startedAt: number;
  finishedAt: number;
  /** Null where it went well; else one sentence, without secrets and without rows. */
  error: string | null;
  items: number;
  changed: number;
  gone: number;
}

export async function recordPoll(store: Store, poll: Poll): Promise<void> {
  await store.execute(
    sql`INSERT INTO ${store.table('inventory_polls')} (source, kind_of_poll, project_id, started_at, finished_at, ok, error, items, changed, gone)
        SELECT ${bind.text(poll.source)}, ${bind.text(poll.kind)}, ${bind.text(poll.projectId)}, ${bind.instant(poll.startedAt)}, ${bind.instant(poll.finishedAt)},
          ${bind.integer(poll.error === null ? 1 : 0)}, ${bind.text(poll.error ?? '')}, ${bind.integer(poll.items)}, ${bind.integer(poll.changed)}, ${bind.integer(poll.gone)}`,
    { surface: 'ingest' },
  );
}
