import { ask, everyone, now, openTestStore, span } from '../../test/harness';
import type { TestStore } from '../../test/harness';
import { readEvent } from '../../test/events';
import type { Range } from '../../test/oracle';
import { Oracle } from '../../test/oracle';
import type { Row } from '../contract';
import { sortedRows } from '../../test/rows';
import { fillWorld } from '../../test/world';
import type { FilledWorld } from '../../test/world';

/** What is not of the events themselves; each has a test of its own. */
const apart = ['closed_until', 'expires_at'];
const withoutClosed = (rows: readonly Row[]): Row[] =>
  rows.map((row) =>
    Object.fromEntries(Object.entries(row).filter(([key]) => !apart.includes(key))),
  );
const wholeTo = (to: string): number => Date.parse(`${to}T00:00:00Z`);

describe.each([false, true])('coverage (closed: %s)', (isClosed) => {
  let test: TestStore;
  let world: FilledWorld;
  let oracle: Oracle;

  beforeAll(async () => {
    test = await openTestStore();
    world = await fillWorld(test, { seed: 7, count: 900, isClosed });
    const refused = [
      readEvent({ id: 'no-uuid', projectId: 'project-a' }),
      readEvent({ id: '', projectId: '' }),
      readEvent({ createdAt: '2019-01-01T00:00:00Z', projectId: 'project-a' }),
      readEvent({ createdAt: '2027-01-01T00:00:00Z', projectId: 'project-only-refused' }),
    ];
    await test.ingest(refused, { now: now - 60_000 });
    oracle = new Oracle({
      deliveries: world.deliveries,
      refusals: refused.map(({ projectId = '', createdAt }) => ({
        source: 'stream',
        project: projectId,
        at: now - 60_000,
        tooLate: createdAt.startsWith('2019'),
      })),
    });
  });
  afterAll(() => test.close());

  const cases: [string, Range, Range][] = [
    [
      'ends now',
      span('2026-02-13T10:30:00Z', '2026-03-15T10:30:00Z'),
      { from: wholeTo('2026-02-14'), to: wholeTo('2026-03-16') },
    ],
    [
      'ends at a midnight',
      span('2026-03-01T00:00:00Z', '2026-03-14T00:00:00Z'),
      { from: wholeTo('2026-03-01'), to: wholeTo('2026-03-14') },
    ],
    [
      'starts and ends inside a day',
      span('2026-03-01T09:00:00Z', '2026-03-13T17:00:00Z'),
      { from: wholeTo('2026-03-02'), to: wholeTo('2026-03-13') },
    ],
    [
      'has no whole day',
      span('2026-03-13T09:00:00Z', '2026-03-13T17:00:00Z'),
      { from: wholeTo('2026-03-14'), to: wholeTo('2026-03-13') },
    ],
  ];

  it.each(cases)('of a range that %s', async (_, range, wholeDays) => {
    const { rows } = await ask(await test.insights(), 'coverage', { range });
    expect(sortedRows(withoutClosed(rows))).toEqual(
      sortedRows(oracle.coverage({ range }, wholeDays)),
    );
    for (const row of rows) {
      expect(row.closed_until === null || /Z$/.test(String(row.closed_until))).toBe(true);
    }
  });

  it('keeps to the projects of the caller, refusals included', async () => {
    const [, range, wholeDays] = cases[0] ?? [];
    if (!range || !wholeDays) throw new Error('there is no case');
    const scope = ['project-a'];
    const { rows } = await ask(await test.insights(), 'coverage', {
      range,
      caller: { ...everyone, projects: scope },
    });
    expect(sortedRows(withoutClosed(rows))).toEqual(
      sortedRows(oracle.coverage({ range, scope }, wholeDays)),
    );
  });
});

describe('coverage of single deliveries', () => {
  let test: TestStore;

  beforeEach(async () => {
    test = await openTestStore();
  });
  afterEach(() => test.close());

  it('counts no first delivery as a copy, whenever its range ends', async () => {
    await test.ingest([
      readEvent({ createdAt: '2026-03-15T09:00:00.000Z' }),
      readEvent({ createdAt: '2026-03-15T10:20:00.000Z' }),
      readEvent({ createdAt: '2026-03-15T10:35:00.000Z' }),
    ]);
    const insights = await test.insights();
    for (const to of ['10:30:00', '10:29:59', '10:10:00', '09:40:00']) {
      const { rows } = await ask(insights, 'coverage', {
        range: span('2026-03-14T00:00:00Z', `2026-03-15T${to}Z`),
      });
      expect([0, null]).toContain(rows[0]?.duplicates);
    }
  });

  it('does not know copies where no door of ours counted', async () => {
    await test.ingest([readEvent()]);
    const { rows } = await ask(await test.insights(), 'coverage', {
      range: span('2026-03-14T11:00:00Z', '2026-03-14T13:00:00Z'),
    });
    expect(rows[0]).toMatchObject({ events: 1, duplicates: null });
  });

  it('tells sources apart', async () => {
    await test.ingest([readEvent(), readEvent()], { source: 'cloud, eu' });
    await test.ingest([readEvent()], { source: 'self-hosted' });
    const insights = await test.insights();
    const { rows } = await ask(insights, 'coverage');
    expect(rows.map((row) => [row.source, row.events])).toEqual([
      ['cloud, eu', 2],
      ['self-hosted', 1],
    ]);
    const filters = [{ field: 'source', op: 'in' as const, values: ['cloud, eu'] }];
    expect((await ask(insights, 'coverage', { filters })).rows).toEqual([rows[0]]);
  });

  it('shows a source that fell silent before the range, with its last event', async () => {
    await test.ingest([readEvent({ createdAt: '2026-03-01T09:00:00.000Z' })]);
    const { rows } = await ask(await test.insights(), 'coverage', {
      range: span('2026-03-10T00:00:00Z', '2026-03-10T09:00:00Z'),
    });
    expect(rows).toEqual([
      expect.objectContaining({
        first_event: null,
        last_event: '2026-03-01T09:00:00.000Z',
        lag_seconds: 9 * 86_400,
        events: 0,
        gaps: null,
      }),
    ]);
  });

  it('says when the vendor means to delete the oldest event', async () => {
    await test.ingest([
      readEvent({ createdAt: '2026-03-14T09:00:00.000Z', expiresAt: '2026-06-14T09:00:00.000Z' }),
      readEvent({ createdAt: '2026-03-14T10:00:00.000Z', expiresAt: '2026-06-13T09:00:00.000Z' }),
    ]);
    const { rows } = await ask(await test.insights(), 'coverage', {
      range: span('2026-03-14T00:00:00Z', '2026-03-15T00:00:00Z'),
    });
    expect(rows[0]?.expires_at).toBe('2026-06-13T09:00:00.000Z');
  });

  it('counts a refused event once, however often it comes', async () => {
    const bad = readEvent({ id: 'no-uuid', createdAt: '2019-01-01T00:00:00Z' });
    for (let time = 0; time < 3; time++) await test.ingest([{ ...bad, id: readEvent().id }, bad]);
    const { rows } = await ask(await test.insights(), 'coverage', {
      range: span('2026-03-14T00:00:00Z', '2026-03-16T00:00:00Z'),
    });
    expect(rows[0]?.too_late).toBe(3);
  });
});
