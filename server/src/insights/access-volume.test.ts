import { ask, openTestStore, span } from '../../test/harness';
import type { Asked, TestStore } from '../../test/harness';
import { bucketsOf } from '../../test/calendar';
import type { Bucket } from '../../test/calendar';
import type { Dimension, OracleQuestion } from '../../test/oracle';
import { fillWorld } from '../../test/world';
import type { FilledWorld } from '../../test/world';
import { collectorId, readEvent } from '../../test/events';
import { sortedRows } from '../../test/rows';
import type { Insights } from './insights';
import type { Filter } from '../contract';
import { eventDimensions } from './access-filters';

describe.each(['open', 'closed'])('access-volume of %s time', (state) => {
  let test: TestStore;
  let world: FilledWorld;
  let insights: Insights;

  beforeAll(async () => {
    test = await openTestStore();
    world = await fillWorld(test, {
      seed: 1,
      count: 1500,
      collectors: [collectorId],
      isClosed: state === 'closed',
    });
    insights = await test.insights({ collectorIdentities: [collectorId] });
  });
  afterAll(() => test.close());

  async function compare(
    question: OracleQuestion,
    bucket: Bucket,
    { by, top }: { by?: Dimension; top?: number } = {},
  ): Promise<void> {
    const { range, filters, zone, scope, reads } = question;
    const asked: Asked = {
      range,
      params: { bucket, ...(by && { by }), ...(top && { top }), ...(reads && { reads }) },
      ...(filters && { filters: [...filters] }),
      ...(zone && { zone }),
    };
    const caller = { capabilities: new Set(['insights' as const]), projects: scope ?? null };
    const { rows } = await ask(insights, 'access-volume', { ...asked, caller });
    expect(sortedRows(rows)).toEqual(
      sortedRows(world.oracle.accessVolume(question, bucket, by, top)),
    );
    const times = rows.map((row) => String(row.time));
    expect(times).toEqual([...times].sort());
  }

  const month = span('2026-02-10T07:13:00Z', '2026-03-15T10:30:00Z');

  it.each([
    ['hour', 'UTC'],
    ['hour', 'Asia/Kolkata'],
    ['hour', 'America/New_York'],
    ['day', 'UTC'],
    ['day', 'Asia/Kolkata'],
    ['day', 'America/New_York'],
    ['day', 'Asia/Kathmandu'],
    ['week', 'UTC'],
    ['week', 'Asia/Kolkata'],
    ['week', 'America/New_York'],
    ['month', 'UTC'],
    ['month', 'Asia/Kolkata'],
    ['month', 'America/New_York'],
  ] as const)('cuts %ss in %s', async (bucket, zone) => {
    await compare({ range: month, zone }, bucket);
  });

  it.each(['UTC', 'Asia/Kolkata', 'America/New_York'])(
    'cuts leap days and two years in %s',
    async (zone) => {
      const leap = span('2024-02-20T11:00:00Z', '2024-03-05T00:00:00Z');
      for (const bucket of ['hour', 'day'] as const) await compare({ range: leap, zone }, bucket);
      const years = span('2024-02-01T00:00:00Z', '2026-03-15T10:30:00Z');
      await compare({ range: years, zone }, 'month');
    },
  );

  it.each(['UTC', 'America/New_York', 'Asia/Kolkata', 'Pacific/Auckland'])(
    'cuts the first and the last years there are in %s',
    async (zone) => {
      const first = { from: 0, to: Date.UTC(1970, 2, 10) };
      const last = { from: Date.UTC(2199, 9, 5), to: Date.UTC(2200, 0, 1) };
      for (const range of [first, last]) {
        for (const bucket of ['day', 'week', 'month'] as const) {
          const { rows } = await ask(insights, 'access-volume', {
            range,
            zone,
            params: { bucket },
          });
          const starts = [...bucketsOf(range, bucket, zone).keys()];
          expect(rows.map(({ time }) => time)).toEqual(
            starts.map((start) => new Date(start).toISOString()),
          );
        }
      }
    },
  );

  it.each(['hour', 'day'] as const)(
    "keeps both one o'clocks of the clock change in %ss",
    async (bucket) => {
      const range = span('2025-11-01T12:00:00Z', '2025-11-04T00:00:00Z');
      await compare({ range, zone: 'America/New_York' }, bucket);
    },
  );

  it.each(eventDimensions)('splits by %s', async (by) => {
    await compare({ range: month }, 'day', { by, top: 100 });
    await compare({ range: month }, 'week', { by, top: 3 });
  });

  it('ranks equal series by their label', async () => {
    const range = span('2026-03-14T09:00:00Z', '2026-03-14T10:00:00Z');
    for (let top = 1; top < 8; top++) await compare({ range }, 'hour', { by: 'ip', top });
  });

  it('keeps a value that is named other apart from the remainder', async () => {
    const by = 'client_type';
    const [first] = await Promise.all(
      [...bucketsOf(month, 'day', 'UTC').keys()].map(async (from) => {
        const range = { from, to: from + 86_400_000 };
        const { rows } = await ask(insights, 'access-breakdown', { range, params: { by } });
        const ranked = rows.map((row) => String(row.client_type)).filter((type) => type !== '');
        return { range, values: ranked.slice(ranked.indexOf('other')) };
      }),
    ).then((days) => days.filter(({ values }) => values[0] === 'other' && values.length > 1));
    if (!first) throw new Error('no day has a client type with fewer reads than other');
    const { range, values } = first;
    const filters: Filter[] = [{ field: by, op: 'in', values }];
    await compare({ range, filters }, 'day', { by, top: 1 });
    const params = { by, top: 1 };
    const { rows } = await ask(insights, 'access-volume', { range, filters, params });
    expect(new Set(rows.map((row) => row.by))).toEqual(new Set(['other', 'all other']));
  });

  it('starts and ends inside a day', async () => {
    await compare({ range: span('2026-03-10T23:59:59.999Z', '2026-03-12T00:00:00.001Z') }, 'day');
    await compare({ range: span('2026-03-11T23:59:59.999Z', '2026-03-12T00:00:00Z') }, 'day');
    await compare({ range: span('2026-03-12T00:00:00Z', '2026-03-12T00:00:00.001Z') }, 'hour');
  });

  it('is 0 on a quiet day and null on a day without any event, whatever it is filtered by', async () => {
    const filters = [{ field: 'actor', op: 'in' as const, values: ['i3'] }];
    await compare({ range: month, filters }, 'day');
    const { rows } = await ask(insights, 'access-volume', { range: month, filters });
    const readsOn = (date: string) =>
      rows.find((row) => row.time === `${date}T00:00:00.000Z`)?.reads;
    expect(readsOn('2026-03-05')).toBeNull();
    expect(rows.filter((row) => row.reads === 0).length).toBeGreaterThan(0);
  });

  it('keeps to the projects of the caller, also in what is 0 and what is null', async () => {
    await compare({ range: month, scope: ['project-c', 'project-d'] }, 'day', { by: 'project' });
    await compare({ range: month, scope: [] }, 'day');
  });

  it('counts the nine types of the access log when asked to', async () => {
    await compare({ range: month, reads: 'access-log' }, 'day', { by: 'event' });
  });

  it('answers for seven UTC days including today when nobody names a range', async () => {
    const { rows, meta } = await ask(insights, 'access-volume');
    expect(meta).toMatchObject({
      from: '2026-03-09T00:00:00.000Z',
      to: '2026-03-15T10:30:00.000Z',
    });
    expect(rows.map((row) => row.time)).toEqual(
      [9, 10, 11, 12, 13, 14, 15].map(
        (day) => `2026-03-${String(day).padStart(2, '0')}T00:00:00.000Z`,
      ),
    );
  });

  it('fits an automatic bucket to the points of a chart', async () => {
    const distance = async (from: string, points: number) => {
      const { rows } = await ask(insights, 'access-volume', {
        params: { bucket: 'auto' },
        range: span(from, '2026-03-15T00:00:00Z'),
        points,
      });
      expect(rows.length).toBeLessThanOrEqual(points + 1);
      return Date.parse(String(rows[2]?.time)) - Date.parse(String(rows[1]?.time));
    };
    expect(await distance('2026-03-13T00:00:00Z', 100)).toBe(3_600_000);
    expect(await distance('2026-01-13T00:00:00Z', 100)).toBe(86_400_000);
    expect(await distance('2025-01-13T00:00:00Z', 100)).toBe(7 * 86_400_000);
  });

  it('shows no bucket that was cut off by the row limit as empty', async () => {
    const range = span('2026-03-09T00:00:00Z', '2026-03-15T00:00:00Z');
    const whole = await ask(insights, 'access-volume', { range, params: { by: 'ip' } });
    const cut = await ask(insights, 'access-volume', { range, params: { by: 'ip' }, limit: 20 });
    expect(cut.meta.truncated).toBe(true);
    expect(cut.rows.length).toBeLessThanOrEqual(20);
    expect(cut.meta.notices.map(({ text }) => text)).toContainEqual(
      'Only the first 20 rows are shown. Add a filter, or ask for fewer.',
    );
    for (const row of cut.rows) expect(whole.rows).toContainEqual(row);
  });
});

it('is null until something was received, and 0 as soon as it was', async () => {
  const test = await openTestStore();
  const insights = await test.insights();
  const range = span('2026-03-10T00:00:00Z', '2026-03-12T00:00:00Z');
  const shown = async () => {
    const { rows } = await ask(insights, 'access-volume', { range });
    return rows.map(({ reads }) => reads);
  };
  const received = (createdAt: string) =>
    test.ingest([readEvent({ createdAt, eventType: 'create-secret' })]);
  await received('2026-03-10T08:00:00Z');
  expect(await shown()).toEqual([0, null]);
  await received('2026-03-11T08:00:00Z');
  expect(await shown()).toEqual([0, 0]);
  await test.ingest([readEvent({ createdAt: '2026-03-11T09:00:00Z' })]);
  expect(await shown()).toEqual([0, 1]);
  await test.close();
});
