import { now } from '../../test/harness';
import { day, openPostureStore, reminderEvent, secret } from '../../test/posture-store';
import { columnsOf } from '../../test/rows';

const iso = (time: number): string => new Date(time).toISOString();

it('lists what has passed, however long ago, and what comes again only as stored', async () => {
  const test = await openPostureStore();
  await test.poll([secret('a'), secret('b'), secret('c'), secret('d')], now - 30 * day);
  const set = '2025-03-01T00:00:00.000Z';
  await test.ingest([
    reminderEvent('a', iso(now - 1), set),
    reminderEvent('b', iso(now), set),
    reminderEvent('c', iso(now - 200 * day), set),
    reminderEvent('d', iso(now - 2 * day), set, { repeatDays: 1 }),
  ]);
  expect(columnsOf(await test.rows('overdue-reminders'), 'secret_key', 'status')).toEqual([
    { secret_key: 'c', status: 'overdue by 200 days' },
    { secret_key: 'a', status: 'now' },
  ]);
  expect((await test.rows('overdue-reminders'))[0]?.overdue_seconds).toBe(200 * 86_400);
  const stored = await test.rows('overdue-reminders', { recurring: 'as-stored' });
  expect(columnsOf(stored, 'secret_key', 'status')[1]).toEqual({
    secret_key: 'd',
    status: 'overdue by 2 days',
  });
  await test.close();
});
