import type { Row } from '../contract';
import { now } from '../../test/harness';
import { day, openPostureStore, reminderEvent, rotation, secret } from '../../test/posture-store';
import type { PostureStore } from '../../test/posture-store';
import { columnsOf } from '../../test/rows';

const at = (text: string): number => Date.parse(text);
const set = '2026-01-01T00:00:00.000Z';

describe('calendar', () => {
  let test: PostureStore;
  beforeEach(async () => {
    test = await openPostureStore();
  });
  afterEach(() => test.close());

  const events = async (params: Record<string, unknown>, zone = 'UTC'): Promise<Row[]> =>
    test.rows('calendar', { shape: 'events', ...params }, { zone });
  const grid = async (params: Record<string, unknown> = {}, zone = 'UTC'): Promise<string[][]> =>
    (await test.rows('calendar', params, { zone })).map((row) => Object.values(row).map(String));
  /** The three cells of a day. */
  const cells = (rows: string[][], number: string): string[] => {
    const index = rows.findIndex((row) => row.includes(number));
    const column = rows[index]?.indexOf(number) ?? 0;
    return rows.slice(index, index + 3).map((row) => row[column] ?? '');
  };

  it('draws a month with three rows a week, two events a day and today marked', async () => {
    await test.poll([
      rotation('pg', { nextRotationAt: at('2026-03-20T02:00:00Z') }),
      rotation('redis', { nextRotationAt: at('2026-03-20T03:00:00Z') }),
      rotation('api', { nextRotationAt: at('2026-03-16T03:00:00Z') }),
      rotation('of april', { nextRotationAt: at('2026-04-01T00:00:00Z') }),
      secret('TOKEN'),
      secret('KEY'),
    ]);
    await test.ingest([
      reminderEvent('TOKEN', '2026-03-20T00:00:00.000Z', set),
      reminderEvent('KEY', '2026-03-16T00:00:00.000Z', set),
    ]);
    const { columns, rows } = await test.result('calendar');
    expect(columns.map(({ key, type }) => `${key} ${type}`)).toEqual(
      ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((name) => `${name} string`),
    );
    const march = rows.map((row) => Object.values(row).map(String));
    expect(march).toHaveLength(18);
    expect(march[0]).toEqual(['', '', '', '', '', '', '1']);
    expect(march[3]).toEqual(['2', '3', '4', '5', '6', '7', '8']);
    expect(march[6]).toEqual(['9', '10', '11', '12', '13', '14', '● 15']);
    expect(march[15]).toEqual(['30', '31', '', '', '', '', '']);
    expect(march[17]).toEqual(['', '', '', '', '', '', '']);
    expect(cells(march, '16')).toEqual(['16', '◷ KEY', '↻ api']);
    expect(cells(march, '20')).toEqual(['20', '◷ TOKEN', '+2 more']);
    const april = await grid({ month: '2026-04', week_starts: 'sunday', week_column: true });
    expect(april[0]).toEqual(['', '', '', '1', '2', '3', '4', '2026-03-29']);
    expect(april[1]?.[3]).toBe('↻ of april');
    expect(april).toHaveLength(15);
  });

  it('lists the events of a cell, and of a day where its text names none', async () => {
    await test.poll([
      rotation('pg', { nextRotationAt: at('2026-03-20T02:00:00Z') }),
      rotation('redis', { nextRotationAt: at('2026-03-20T03:00:00Z') }),
      rotation('other', { nextRotationAt: at('2026-03-13T03:00:00Z') }),
    ]);
    const titles = async (more: Record<string, unknown>): Promise<unknown[]> =>
      (await events({ month: '2026-03', week: '2026-03-16', weekday: 'fri', ...more })).map(
        ({ title }) => title,
      );
    expect(await titles({})).toEqual(['pg', 'redis']);
    expect(await titles({ cell: '↻ redis' })).toEqual(['redis']);
    expect(await titles({ cell: '+2 more' })).toEqual(['pg', 'redis']);
    expect(await titles({ weekday: 'sat' })).toEqual([]);
    expect(await titles({ week: '2026-03-15', week_starts: 'sunday', cell: '20' })).toHaveLength(2);
    expect(await titles({ weekday: 'any' })).toHaveLength(3);
  });

  it('names the months before and after', async () => {
    const months = async (month?: string): Promise<Row[]> =>
      test.rows('calendar', { shape: 'months', ...(month && { month }) });
    expect(await months()).toEqual([{ previous: '2026-02', month: '2026-03', next: '2026-04' }]);
    expect(await months('2025-12')).toEqual([
      { previous: '2025-11', month: '2025-12', next: '2026-01' },
    ]);
  });

  it('has the leap day, and months of exactly four weeks', async () => {
    await test.poll([rotation('leap', { nextRotationAt: at('2028-02-29T23:59:59.999Z') })]);
    expect(cells(await grid({ month: '2028-02' }), '29')).toEqual(['29', '↻ leap', '']);
    expect(await grid({ month: '2028-03' })).not.toContainEqual(expect.arrayContaining(['↻ leap']));
    // February 2027 begins on a Monday.
    const february = await grid({ month: '2027-02' });
    expect(february).toHaveLength(12);
    expect(february.flat()).not.toContain('29');
  });

  it('puts an instant on its day in the zone, also on those that summer time shortens', async () => {
    await test.poll([
      rotation('late', { nextRotationAt: at('2026-03-29T22:30:00Z') }),
      rotation('early', { nextRotationAt: at('2026-03-28T23:00:00Z') }),
      rotation('end', { nextRotationAt: at('2026-03-31T22:00:00Z') }),
    ]);
    const berlin = await grid({}, 'Europe/Berlin');
    // Berlin's 29 March ends at 22:00 in UTC; its month ends then too.
    expect(cells(berlin, '29')).toEqual(['29', '↻ early', '']);
    expect(cells(berlin, '30')).toEqual(['30', '↻ late', '']);
    expect(cells(berlin, '31')).toEqual(['31', '', '']);
    expect(cells(await grid({ month: '2026-04' }, 'Europe/Berlin'), '1')[1]).toBe('↻ end');
    expect(cells(await grid(), '31')[1]).toBe('↻ end');
    // Today is tomorrow already.
    expect(cells(await grid({}, 'Pacific/Kiritimati'), '● 16')[0]).toBe('● 16');
  });

  it('projects forward what comes again, in whole days of UTC over a change of clocks', async () => {
    await test.poll([
      rotation('weekly', {
        nextRotationAt: at('2026-03-18T23:30:00Z'),
        rotationInterval: 7,
        state: 'success',
      }),
      rotation('by hand', {
        nextRotationAt: at('2026-03-19T00:00:00Z'),
        rotationInterval: 7,
        isAutoRotated: false,
      }),
      secret('TOKEN'),
    ]);
    await test.ingest([
      reminderEvent('TOKEN', '2026-02-25T12:00:00.000Z', set, { repeatDays: 10 }),
    ]);
    const rows = await events({}, 'Europe/Berlin');
    expect(columnsOf(rows, 'at', 'title', 'status', 'projected')).toEqual([
      {
        at: '2026-03-17T12:00:00.000Z',
        title: 'TOKEN',
        status: 'in 2 days',
        projected: false,
      },
      {
        at: '2026-03-18T23:30:00.000Z',
        title: 'weekly',
        status: 'in 3 days',
        projected: false,
      },
      { at: '2026-03-19T00:00:00.000Z', title: 'by hand', status: 'in 3 days', projected: false },
      { at: '2026-03-25T23:30:00.000Z', title: 'weekly', status: 'scheduled', projected: true },
      { at: '2026-03-27T12:00:00.000Z', title: 'TOKEN', status: 'scheduled', projected: true },
    ]);
    expect(rows[0]).toMatchObject({
      kind: 'reminder',
      project: 'project-a',
      repeat_days: 10,
      id: 'TOKEN',
    });
    // In summer time the same rotation falls on the next day in Berlin, from April on.
    const april = await grid({ month: '2026-04' }, 'Europe/Berlin');
    expect(cells(april, '2')).toEqual(['2', '↻ weekly', '']);
    expect(await events({ project_recurring: false })).toHaveLength(3);
    expect(await events({ month: '2026-04', project_recurring: 'false' })).toEqual([]);
    expect(await events({ months: 2 })).toHaveLength(5 + 5 + 3);
  });

  it('projects nothing into the past, and shows what is overdue where it was due', async () => {
    await test.poll([
      rotation('daily', { nextRotationAt: now - 3 * day, rotationInterval: 1, state: 'failed' }),
      rotation('never', { nextRotationAt: null, rotationInterval: 1 }),
    ]);
    const rows = await events({});
    expect(rows[0]).toMatchObject({ status: 'failed', projected: false, title: 'daily' });
    expect(rows[1]).toMatchObject({ at: new Date(now).toISOString(), projected: true });
    expect(rows).toHaveLength(1 + 17);
    expect(await events({ month: '2026-02' })).toEqual([]);
  });

  it('says what is wrong with a month or a flag', async () => {
    await expect(events({ month: '2026-13' })).rejects.toThrow(
      'month must be a month such as 2026-03, from 1970-01 to 2199-12, not "2026-13".',
    );
    await expect(events({ project_recurring: 'yes' })).rejects.toThrow(
      'project_recurring must be true or false, not "yes".',
    );
  });

  it('shows only what the caller may see', async () => {
    await test.poll([rotation('own', { nextRotationAt: now + day })]);
    await test.poll([rotation('other', { nextRotationAt: now + day })], undefined, {
      project: 'project-b',
    });
    const caller = { capabilities: new Set(['insights'] as const), projects: ['project-b'] };
    const { rows } = await test.result('calendar', { shape: 'events' }, { caller });
    expect(rows.map((row) => row.title)).toEqual(['other']);
  });
});
