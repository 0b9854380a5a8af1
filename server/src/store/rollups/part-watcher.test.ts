import { ask, now, openTestStore, span } from '../../../test/harness';
import type { TestStore } from '../../../test/harness';
import { createAuditLogTable, dropAuditLogTables } from '../../../test/audit-log-tables';
import type { Layout } from '../../../test/audit-log-tables';
import { readEvent } from '../../../test/events';
import type { FlatEvent } from '../../../test/events';
import { openInsights } from '../../compose';
import type { OpenInsights } from '../../compose';
import { Events } from '../relations/events';
import { rawOnly } from '../relations/plan';
import { identifier, sql } from '../sql';
import type { Sql } from '../sql';
import { StateLog } from '../state-log';
import { Closer } from './closer';
import type { CloserOptions } from './closer';

const asker = { surface: 'rollup' as const };
const range = span('2026-02-25T00:00:00Z', '2026-03-15T10:30:00Z');
const read = (createdAt: string, projectId = 'project-a'): FlatEvent =>
  readEvent({ createdAt: `2026-${createdAt}:00.000Z`, projectId });

const table = sql`infisical.audit_logs`;

describe.each<Layout>(['json', 'text'])("watching a customer's own table (%s)", (layout) => {
  let test: TestStore;
  let insights: OpenInsights;
  let extra = 0;

  beforeEach(async () => {
    test = await openTestStore();
    await createAuditLogTable(test, layout, 'audit_logs', [
      read('02-26T10:00'),
      read('02-26T11:00', 'project-b'),
      read('03-13T00:10'),
      read('03-13T12:00', 'project-b'),
      read('03-15T07:00'),
    ]);
    await open();
  });
  afterEach(async () => {
    for (const watched of insights.watched) await watched.stop();
    await dropAuditLogTables(test);
    await test.close();
  });

  const execute = (statement: Sql): Promise<void> =>
    test.store.execute(statement, { ...asker, settings: { mutations_sync: 2 } });
  async function open(): Promise<void> {
    insights = await openOn('audit_logs');
  }
  const openOn = async (name: string): Promise<OpenInsights> =>
    openInsights({
      store: test.store,
      state: await StateLog.replay(test.store),
      auditLogTables: [{ database: 'infisical', table: name, source: 'eu' }],
      collectorIdentities: [],
      rows: 1000,
      now: () => now,
      readShare: 1,
    });
  const look = async (): Promise<void> => {
    for (const watched of insights.watched) await watched.look();
  };
  const close = (options: Partial<CloserOptions> = {}): Promise<number> =>
    new Closer({
      store: test.store,
      events: insights.events,
      closed: insights.closed,
      watched: insights.watched,
      paced: insights.paced,
      now: () => now,
      onError: (error) => {
        throw error;
      },
      ...options,
    }).closeDue();
  /** Into the table as others do: without telling anybody. */
  const insert = async (...events: FlatEvent[]): Promise<void> => {
    const name = `extra_${extra++}`;
    await createAuditLogTable(test, layout, name, events);
    await execute(sql`INSERT INTO ${table} SELECT * FROM infisical.${identifier(name)}`);
  };
  const optimize = (): Promise<void> => execute(sql`OPTIMIZE TABLE ${table} FINAL`);
  const readsBy = async (from: OpenInsights): Promise<unknown[]> =>
    (await ask(from, 'access-volume', { range, params: { by: 'project' } })).rows.filter(
      (row) => Number(row.reads) > 0,
    );
  const reads = async (): Promise<unknown> =>
    (await ask(insights, 'access-totals', { range })).rows[0]?.reads;
  const expectAsRaw = async (): Promise<void> =>
    expect(await readsBy(insights)).toEqual(
      await readsBy({
        ...insights,
        events: new Events(insights.vendor, rawOnly, insights.store.knownOrgs),
      }),
    );
  const dirty = (): string[] =>
    insights.closed.spans
      .filter(({ isDirty }) => isDirty)
      .map(({ from, to }) => new Date(from).toISOString().slice(5, to - from > 4e6 ? 10 : 13));

  it('closes days and hours that are known from it alone', async () => {
    expect(await close()).toBe(17 + 10);
    expect(insights.closed.spans[0]?.from).toBe(Date.parse('2026-02-26T00:00:00Z'));
    expect(await reads()).toBe(5);
    await expectAsRaw();
    expect(insights.closedUntil(range)).toBe(Date.parse('2026-03-15T10:00:00Z'));
  });

  it('finds late rows, redelivered ones and rows merged before the next look, in their hours alone', async () => {
    await close();
    await insert(read('03-13T05:00'), read('03-15T03:30'), read('03-15T10:10'));
    await look();
    expect(dirty()).toEqual(['03-13', '03-15T03']);
    expect(await reads()).toBe(8);
    await expectAsRaw();
    expect(await close()).toBe(2);
    expect(dirty()).toEqual([]);
    await execute(sql`INSERT INTO ${table} SELECT * FROM ${table} WHERE createdAt < '2026-03-01'`);
    await look();
    expect(dirty()).toEqual(['02-26']);
    expect(await reads()).toBe(8);
    await close();
    expect(await reads()).toBe(8);
    await insert(read('03-13T06:00'));
    await optimize();
    await look();
    expect(dirty()).toContain('03-13');
    expect(await reads()).toBe(9);
    await close();
    await expectAsRaw();
  });

  it('takes a merge of what it knows for nothing new', async () => {
    await insert(read('03-13T05:00'), read('02-27T05:00'));
    await insert(read('03-13T05:30'));
    await look();
    await close();
    await optimize();
    await look();
    expect(dirty()).toEqual([]);
    expect(await reads()).toBe(8);
  });

  it('keeps closed figures of a partition that was dropped, also beside a late row', async () => {
    await close();
    await execute(sql`ALTER TABLE ${table} DROP PARTITION 202602`);
    await look();
    expect(dirty()).toEqual([]);
    expect(await reads()).toBe(5);
    await insert(read('02-26T12:00', 'project-c'));
    await look();
    expect(dirty()).toEqual(['02-26']);
    expect(await reads()).toBe(6);
    await close();
    expect(await reads()).toBe(6);
  });

  it('knows after a restart what was written while it was down, and what it had seen', async () => {
    await close();
    for (const watched of insights.watched) await watched.stop();
    await open();
    expect(dirty()).toEqual([]);
    await insert(read('03-13T05:00'));
    await open();
    expect(dirty()).toEqual(['03-13']);
    expect(await reads()).toBe(6);
  });

  it('begins anew with a table that was made anew', async () => {
    await close();
    await execute(sql`DROP TABLE ${table} SYNC`);
    await createAuditLogTable(test, layout, 'audit_logs', [read('03-13T00:20', 'project-c')]);
    await look();
    expect(dirty()).toEqual(['03-13']);
  });

  it('closes no span in which rows arrived while it was counted', async () => {
    let hasInserted = false;
    await close({
      paced: async (statement) => {
        const result = await insights.paced(statement);
        const isThe13th = insights.closed.isConcernedBy(
          span('2026-03-13T00:00:00Z', '2026-03-14T00:00:00Z'),
        );
        if (isThe13th && !hasInserted) {
          hasInserted = true;
          await insert(read('03-13T09:00'));
        }
        return result;
      },
    });
    expect(hasInserted).toBe(true);
    const closedDays = insights.closed.spans.map(({ from }) => from);
    expect(closedDays).not.toContain(Date.parse('2026-03-13T00:00:00Z'));
    expect(await reads()).toBe(6);
    await close();
    expect(insights.closed.spans.map(({ from }) => from)).toContain(
      Date.parse('2026-03-13T00:00:00Z'),
    );
    expect(await reads()).toBe(6);
  });

  it('answers raw where the parts do not show what is written', async () => {
    await execute(sql`CREATE VIEW infisical.shown AS SELECT * FROM ${table}`);
    const shown = await openOn('shown');
    expect(shown.watched).toEqual([]);
    expect(shown.closedUntil(range)).toBeNull();
    expect((await ask(shown, 'access-totals', { range })).rows[0]?.reads).toBe(5);
  });
});
