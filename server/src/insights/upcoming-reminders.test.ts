import { now } from '../../test/harness';
import { day, openPostureStore, reminderEvent, secret } from '../../test/posture-store';
import type { PostureStore } from '../../test/posture-store';
import { columnsOf } from '../../test/rows';
import { sql } from '../store/sql';

const iso = (time: number): string => new Date(time).toISOString();

describe('upcoming-reminders', () => {
  let test: PostureStore;
  beforeEach(async () => {
    test = await openPostureStore();
    await test.poll([secret('a'), secret('b'), secret('c'), secret('d')], now - 30 * day);
  });
  afterEach(() => test.close());

  const set = '2026-03-01T00:00:00.000Z';

  it('counts both ends of the days ahead, and carries what comes again forward', async () => {
    await test.ingest([
      reminderEvent('a', iso(now), set),
      reminderEvent('b', iso(now + 7 * day), set, { message: 'renew' }),
      reminderEvent('c', iso(now + 7 * day + 1), set),
      // Due four days ago and every 5 days.
      reminderEvent('d', iso(now - 4 * day), set, { repeatDays: 5 }),
    ]);
    const rows = await test.rows('upcoming-reminders');
    expect(columnsOf(rows, 'secret_key', 'status', 'repeat_days')).toEqual([
      { secret_key: 'a', status: 'now', repeat_days: null },
      { secret_key: 'd', status: 'in 1 day', repeat_days: 5 },
      { secret_key: 'b', status: 'in 7 days', repeat_days: null },
    ]);
    expect(rows[2]).toEqual({
      secret_key: 'b',
      project: 'project-a',
      environment: 'prod',
      secret_path: '/app',
      next_reminder_at: iso(now + 7 * day),
      message: 'renew',
      repeat_days: null,
      status: 'in 7 days',
      link: null,
    });
    const stored = await test.rows('upcoming-reminders', { recurring: 'as-stored' });
    expect(stored.map((row) => row.secret_key)).toEqual(['a', 'b']);
  });

  it('takes the newest event, however they come', async () => {
    const events = [
      reminderEvent('a', iso(now + 2 * day), '2026-03-01T00:00:00.000Z'),
      reminderEvent('a', null, '2026-03-02T00:00:00.000Z'),
      reminderEvent('a', iso(now + 3 * day), '2026-03-03T00:00:00.000Z'),
      reminderEvent('b', iso(now + 2 * day), '2026-03-01T00:00:00.000Z'),
      reminderEvent('b', null, '2026-03-01T00:00:00.001Z'),
      // At the same moment the larger id holds.
      reminderEvent('c', iso(now + day), set, { id: 'e0000000-0000-4000-8000-aaaaaaaaaaaa' }),
      reminderEvent('c', iso(now + 2 * day), set, { id: 'e0000000-0000-4000-8000-bbbbbbbbbbbb' }),
    ];
    await test.ingest([...events].reverse());
    await test.ingest(events);
    const rows = await test.rows('upcoming-reminders');
    expect(columnsOf(rows, 'secret_key', 'next_reminder_at')).toEqual([
      { secret_key: 'c', next_reminder_at: iso(now + 2 * day) },
      { secret_key: 'a', next_reminder_at: iso(now + 3 * day) },
    ]);
    const keysAt = async (asOf: string) =>
      (await test.rows('upcoming-reminders', { as_of: asOf, days_ahead: 60 })).map(
        (row) => row.secret_key,
      );
    expect(await keysAt('2026-03-01T00:00:00Z')).toEqual(['a', 'b', 'c']);
    expect(await keysAt('2026-03-02T12:00:00Z')).toEqual(['c']);
  });

  it('outlive the events that set them', async () => {
    await test.ingest([reminderEvent('a', iso(now + day), set)]);
    await test.store.execute(sql`TRUNCATE TABLE ${test.store.table('infisical_events')}`, {
      surface: 'state',
    });
    expect(await test.rows('upcoming-reminders')).toHaveLength(1);
  });

  it('end with their secret, and are without a place where the inventory does not know it', async () => {
    await test.ingest([
      reminderEvent('a', iso(now + day), set),
      reminderEvent('stranger', iso(now + 2 * day), set),
    ]);
    const [, stranger] = await test.rows('upcoming-reminders');
    expect(stranger).toMatchObject({
      secret_key: null,
      project: null,
      environment: null,
      secret_path: null,
    });
    const caller = { capabilities: new Set(['insights'] as const), projects: ['project-a'] };
    const own = await test.rows('upcoming-reminders', {}, { caller });
    expect(own.map((row) => row.secret_key)).toEqual(['a']);
    const other = { ...caller, projects: ['project-b'] };
    expect(await test.rows('upcoming-reminders', {}, { caller: other })).toEqual([]);
    // A secret that a filter leaves out is still a known one.
    const filters = [{ field: 'environment', op: 'not-in' as const, values: ['prod'] }];
    const left = await test.rows('upcoming-reminders', {}, { filters });
    expect(left.map((row) => row.secret_key)).toEqual([null]);
    await test.poll([secret('b')], now - day);
    expect((await test.rows('upcoming-reminders')).map((row) => row.secret_key)).toEqual([null]);
  });

  it('is due after its days where the event gives no date', async () => {
    await test.ingest([
      {
        ...reminderEvent('a', '', '2026-03-10T08:00:00.000Z'),
        eventMetadata: { secretId: 'a', repeatDays: 7, nextReminderDate: null, message: null },
      },
    ]);
    expect((await test.rows('upcoming-reminders'))[0]).toMatchObject({
      next_reminder_at: '2026-03-17T08:00:00.000Z',
      message: '',
      repeat_days: 7,
    });
  });
});

it('says that reminders are unknown where there are no audit events', async () => {
  const test = await openPostureStore();
  await test.poll([secret('a')], now - day);
  const { rows, meta } = await test.result('upcoming-reminders');
  expect(rows).toEqual([]);
  expect(meta.notices.map(({ text }) => text)).toEqual([
    'Reminders are unknown: they stand in audit events alone, and no audit event is known up to that time. Without a licence for audit logs there are none.',
  ]);
  await test.close();
});
