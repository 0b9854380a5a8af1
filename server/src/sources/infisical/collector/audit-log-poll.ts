import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { StateLog } from '../../../store/state-log';
import type { InfisicalClient } from '../api/client';
import { auditLogs } from '../api/questions';
import { ingestInfisical } from '../ingest';
import type { Doors } from '../ingest';
import { nothing } from '../../polling/attempts';
import type { Attempts } from '../../polling/attempts';

export interface AuditLogPollOptions {
  doors: Doors;
  state: StateLog;
  client: InfisicalClient;
  attempts: Attempts;
  /** Name of the connection. */
  source: string;
  /** Folder for pages on their way into the store. */
  spool: string;
  /** How far back the first poll begins, and events are kept. */
  retentionDays: number;
  /** After new events were stored. */
  onStored: () => Promise<void>;
  now: () => number;
}

const minute = 60_000;
const day = 86_400_000;
/** Infisical writes events some seconds late: each window begins before the one before it ended. */
const overlapMs = 10 * minute;
/** Infisical takes ranges of three months, the shortest of which has 89 days. */
const longestMs = 28 * day;
const shortestMs = minute;
const pageRows = 1_000;
/** Deep pages are slow to find, so a window with more of them is made shorter. */
const mostPages = 20;

const cursorSchema = z.object({ until: z.number() });

/**
 * Fetches audit events through Infisical's API, window by window. The cursor moves once a window is
 * stored whole, so nothing is skipped; what comes twice is one event, as by every door.
 */
export class AuditLogPoll {
  readonly #options: AuditLogPollOptions;
  #lengthMs = day;

  constructor(options: AuditLogPollOptions) {
    this.#options = options;
  }

  /** Catches up with now. Each window is recorded; the first that fails ends the poll. */
  async poll(): Promise<void> {
    const { attempts, now } = this.#options;
    const end = now();
    for (let until = this.#cursor(end); until < end;) {
      const from = Math.max(until - overlapMs, this.#oldest(end));
      const to = Math.min(until + this.#lengthMs, end);
      let reached = until;
      const isStored = await attempts.record('audit-logs', '', async () => {
        const { events, isAll } = await this.#window(from, to);
        if (isAll) {
          await this.#moveTo(to);
          reached = to;
        }
        return { ...nothing, items: events };
      });
      if (!isStored) return;
      until = reached;
    }
  }

  /**
   * Stores the events of [from, to), page by page. The end is fixed and newest come first, so events
   * that arrive meanwhile push others to later pages and none out of them.
   */
  async #window(from: number, to: number): Promise<{ events: number; isAll: boolean }> {
    const { client } = this.#options;
    let events = 0;
    for (let page = 0; ; page += 1) {
      if (page >= mostPages && this.#lengthMs > shortestMs) {
        this.#lengthMs = Math.max(shortestMs, Math.floor((to - from) / 8));
        return { events, isAll: false };
      }
      const offset = page * pageRows;
      const rows = await auditLogs(client, { from, to, offset, limit: pageRows });
      if (rows.length > 0) await this.#store(rows);
      events += rows.length;
      if (rows.length < pageRows) {
        if (page === 0) this.#lengthMs = Math.min(longestMs, this.#lengthMs * 2);
        return { events, isAll: true };
      }
    }
  }

  async #store(rows: readonly unknown[]): Promise<void> {
    const { doors, source, spool, retentionDays, now, onStored } = this.#options;
    await mkdir(spool, { recursive: true, mode: 0o700 });
    const file = join(spool, `${randomUUID()}.json`);
    try {
      await writeFile(file, JSON.stringify(rows), { mode: 0o600, flag: 'wx' });
      await ingestInfisical(doors, file, {
        source,
        strict: false,
        retentionDays,
        maxEvents: rows.length,
        now: now(),
      });
    } finally {
      await rm(file, { force: true });
    }
    await onStored();
  }

  /** Older events would be refused as too late; an hour is for the time that a poll takes. */
  #oldest(now: number): number {
    return now - this.#options.retentionDays * day + 60 * minute;
  }

  /** Up to where events are stored, in epoch milliseconds. */
  #cursor(now: number): number {
    const { state, source } = this.#options;
    const entry = state.list('cursor').find(({ key }) => key === keyOf(source));
    const parsed = cursorSchema.safeParse(entry?.body);
    return Math.max(parsed.success ? parsed.data.until : 0, this.#oldest(now));
  }

  #moveTo(until: number): Promise<void> {
    const { state, source } = this.#options;
    return state.append('cursor', keyOf(source), { until });
  }
}

const keyOf = (source: string): string => `infisical audit logs ${source}`;
