import { ask, now, openTestStore, span } from '../../../test/harness';
import type { TestStore } from '../../../test/harness';
import { readEvent } from '../../../test/events';
import { openInsights } from '../../compose';
import type { OpenInsights } from '../../compose';
import { sql } from '../sql';
import { StateLog } from '../state-log';
import { Closer } from './closer';
import type { CloserOptions } from './closer';
import { settleRollups } from './settle';
import { rollups } from './tables';

const asker = { surface: 'rollup' as const };
const range = span('2026-03-10T00:00:00Z', '2026-03-15T10:30:00Z');

const ofThe13th = () => [
  ...['00:10', '07:59', '23:59'].map((time) =>
    readEvent({ createdAt: `2026-03-13T${time}:00.000Z` }),
  ),
  readEvent({ createdAt: '2026-03-13T08:00:00.000Z', projectId: 'project-b' }),
];

describe('closing', () => {
  let test: TestStore;
  let insights: OpenInsights;
  let errors: unknown[];

  beforeEach(async () => {
    test = await openTestStore();
    await test.ingest([...ofThe13th(), readEvent({ createdAt: '2026-03-15T07:00:00.000Z' })]);
    errors = [];
  });
  afterEach(() => test.close());

  const open = async (options: Partial<CloserOptions> = {}): Promise<Closer> => {
    insights = await openInsights({
      store: test.store,
      state: await StateLog.replay(test.store),
      auditLogTables: [],
      collectorIdentities: [],
      rows: 1000,
      now: () => now,
    });
    return new Closer({
      store: test.store,
      events: insights.events,
      closed: insights.closed,
      now: () => now,
      onError: (error) => errors.push(error),
      ...options,
    });
  };
  const reads = async (): Promise<unknown> =>
    (await ask(insights, 'access-totals', { range })).rows[0]?.reads;
  const spans = (): string[] =>
    insights.closed.spans
      .filter(({ isDirty }) => !isDirty)
      .map(({ from, to }) => new Date(from).toISOString().slice(8, to - from > 4e6 ? 10 : 13));
  const generationsOf = async (table: string): Promise<number[]> => {
    const rows = await test.store.rows(
      sql`SELECT DISTINCT generation FROM ${test.store.table(table)} ORDER BY generation`,
      asker,
    );
    return rows.map(({ generation }) => Number(generation));
  };
  const tableRows = async (table: string): Promise<string[]> => {
    const rows = await test.store.rows(
      sql`SELECT * EXCEPT generation FROM ${test.store.table(table)} ORDER BY ALL`,
      asker,
    );
    return rows.map((row) => JSON.stringify(row));
  };

  it('closes days and the hours of today, and counts nothing twice', async () => {
    const closer = await open();
    expect(await closer.closeDue()).toBe(12);
    expect(spans()).toEqual(['13', '14', ...[0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((h) => `15T0${h}`)]);
    expect(await reads()).toBe(5);
    expect(await closer.closeDue()).toBe(0);
    expect(errors).toEqual([]);
  });

  it('gives the same rows for a day at once, in pieces, and added up from its hours', async () => {
    await (await open()).closeDue();
    const whole = await Promise.all(rollups.map(({ table }) => tableRows(table)));
    await test.close();
    test = await openTestStore();
    await test.ingest(ofThe13th());
    let clock = Date.parse('2026-03-13T00:30:00Z');
    const closer = await open({ now: () => clock, rowsPerPiece: 2, sweepEveryMs: 0 });
    for (; clock < now; clock += 3_600_000) await closer.closeDue();
    await closer.closeDue();
    const other = await Promise.all(rollups.map(({ table }) => tableRows(table)));
    const rowsOfThe13th = (rows: string[][]): string[][] =>
      rows.map((table) => table.filter((row) => row.includes('"time":"2026-03-13')));
    expect(rowsOfThe13th(other)).toEqual(rowsOfThe13th(whole));
    expect(rowsOfThe13th(other)[0]).toHaveLength(2);
  });

  it('goes on past a span that fails or is written to all the time', async () => {
    let count = 0;
    const closer = await open({
      paced: (statement) => {
        count++;
        return count === 2 ? Promise.reject(new Error('no memory')) : statement();
      },
    });
    const busy = span('2026-03-14T05:00:00Z', '2026-03-14T06:00:00Z');
    const written = await insights.closed.announce([busy]);
    await closer.closeDue();
    expect(errors).toEqual([new Error('no memory')]);
    expect(spans()).not.toContain('14');
    expect(spans()).toHaveLength(10);
    expect(await reads()).toBe(5);
    written();
    await closer.closeDue();
    expect(spans()).toHaveLength(12);
  });

  it('closes nothing while raw events go away under it', async () => {
    let count = 0;
    const closer = await open({
      paced: async (statement) => {
        const result = await statement();
        count++;
        if (count === 2) {
          await test.store.execute(
            sql`ALTER TABLE ${test.store.table('infisical_events')} DELETE WHERE projectId = 'project-b'`,
            { ...asker, settings: { mutations_sync: 2 } },
          );
        }
        return result;
      },
      now: () => Date.parse('2026-03-14T01:00:00Z'),
    });
    expect(await closer.closeDue()).toBe(0);
    expect(spans()).toEqual([]);
    expect(await closer.closeDue()).toBe(1);
    expect(await reads()).toBe(4);
  });

  it('keeps the figures of a project whose raw events expired, at every moment', async () => {
    const closer = await open();
    await closer.closeDue();
    await test.store.execute(
      sql`ALTER TABLE ${test.store.table('infisical_events')} DELETE WHERE projectId = 'project-a' AND createdAt < '2026-03-13 08:00:00'`,
      { ...asker, settings: { mutations_sync: 2 } },
    );
    expect(await reads()).toBe(5);
    const late = readEvent({ createdAt: '2026-03-13T09:00:00.000Z', projectId: 'project-b' });
    (await insights.closed.announce([span('2026-03-13T09:00:00Z', '2026-03-13T10:00:00Z')]))();
    await test.ingest([late]);
    expect(spans()).not.toContain('13');
    expect(await reads()).toBe(6);
    await closer.closeDue();
    expect(spans()).toContain('13');
    expect(await reads()).toBe(6);
  });

  it('removes rows that no span names, also those of a count that a crash cut off', async () => {
    await (await open()).closeDue();
    for (const { table, isTimeLast = false } of rollups) {
      await test.store.execute(
        sql`INSERT INTO ${test.store.table(table)} (generation, ${isTimeLast ? sql`day` : sql`time`}, project_id, requests) VALUES (999, '2026-03-13 00:00:00', 'p', 7)`,
        asker,
      );
    }
    expect(await reads()).toBe(5);
    const closer = await open({ sweepEveryMs: 0 });
    (await insights.closed.announce([span('2026-03-13T00:00:00Z', '2026-03-13T01:00:00Z')]))();
    await closer.closeDue();
    expect(await generationsOf('rollup_day')).toContain(999);
    await closer.closeDue();
    for (let tries = 0; tries < 100; tries++) {
      const left = await Promise.all(rollups.map(({ table }) => generationsOf(table)));
      if (left.every((generations) => generations.length === 2)) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const current = [...insights.closed.generations];
    for (const { table } of rollups) {
      const left = await generationsOf(table);
      expect(left).toHaveLength(2);
      expect(left.every((generation) => current.includes(generation))).toBe(true);
    }
    expect(await reads()).toBe(5);
  });

  it('leaves the rows of each month that is over, and the sums of a year, in one part, and changes no figure', async () => {
    const partsOf = async (): Promise<Record<string, number>> =>
      Object.fromEntries(
        (
          await test.store.rows(
            sql`SELECT concat(table, ' ', partition_id) AS partition, count() AS parts FROM ${test.store.parts}
                WHERE active AND startsWith(table, 'rollup_') GROUP BY partition HAVING parts > 1`,
            asker,
          )
        ).map(({ partition, parts }) => [String(partition), Number(parts)]),
      );
    for (const { table } of rollups) {
      await test.store.execute(sql`SYSTEM STOP MERGES ${test.store.table(table)}`, asker);
    }
    // In two sums of eight days.
    await test.ingest([
      readEvent({ createdAt: '2026-02-20T12:00:00.000Z' }),
      readEvent({ createdAt: '2026-03-01T12:00:00.000Z' }),
    ]);
    await (await open()).closeDue();
    const figure = await reads();
    expect(Object.keys(await partsOf())).toEqual(
      expect.arrayContaining(['rollup_reader_day 202603', 'rollup_day 2026']),
    );
    for (const { table } of rollups) {
      await test.store.execute(sql`SYSTEM START MERGES ${test.store.table(table)}`, asker);
    }
    const signal = new AbortController().signal;
    const settle = (time: string, quietSeconds = 0): Promise<void> =>
      settleRollups({ store: test.store, now: Date.parse(time), quietSeconds, signal });
    await settle('2026-03-31T23:00:00Z');
    await settle('2026-04-01T00:00:00Z', 3600);
    expect(Object.keys(await partsOf())).toContain('rollup_reader_day 202603');
    await settle('2026-04-01T00:00:00Z');
    expect(await partsOf()).toEqual({});
    expect(await reads()).toBe(figure);
  });

  it('closes in turn where it is asked twice at once, and stops between two spans', async () => {
    const closer = await open();
    expect(await Promise.all([closer.closeDue(), closer.closeDue()])).toEqual([12, 0]);
    await closer.stop();
    (await insights.closed.announce([span('2026-03-13T00:00:00Z', '2026-03-13T01:00:00Z')]))();
    expect(await closer.closeDue()).toBe(0);
  });
});
