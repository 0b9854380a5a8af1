import { createAuditLogTable, dropAuditLogTables } from '../../../test/audit-log-tables';
import type { Layout } from '../../../test/audit-log-tables';
import { now } from '../../../test/harness';
import { day, openPostureStore, reminderEvent, secret } from '../../../test/posture-store';
import type { PostureStore } from '../../../test/posture-store';
import { columnsOf } from '../../../test/rows';
import { reminders as migration } from '../migrations/0006-reminders';
import { sql } from '../sql';

const iso = (time: number): string => new Date(time).toISOString();
const set = '2026-03-01T00:00:00.000Z';
const asker = { surface: 'migration' as const };

describe('where reminders are read from', () => {
  let test: PostureStore;
  beforeEach(async () => {
    test = await openPostureStore();
    await test.poll([secret('a'), secret('b'), secret('c')], now - 2 * day);
  });
  afterEach(() => test.close());

  const rerun = async (): Promise<void> => {
    for (const statement of migration.statements(test.store)) {
      await test.store.execute(statement, asker);
    }
  };

  it('takes what came before the table was there, and running it again changes nothing', async () => {
    const events = [
      reminderEvent('a', iso(now + day), set),
      reminderEvent('b', iso(now + 2 * day), set, { repeatDays: 30, message: 'renew' }),
      reminderEvent('c', null, set),
    ];
    await test.ingest(events);
    const before = await test.rows('upcoming-reminders');
    await test.store.execute(sql`TRUNCATE TABLE ${test.store.table('reminder_events')}`, asker);
    expect(await test.rows('upcoming-reminders')).toEqual([]);
    await rerun();
    expect(await test.rows('upcoming-reminders')).toEqual(before);
    await rerun();
    expect(await test.rows('upcoming-reminders')).toEqual(before);
    expect(before).toHaveLength(2);
  });

  it.each<Layout>(['json', 'text'])(
    "reads Infisical's own table (%s), beside ours and without counting twice",
    async (layout) => {
      const shared = reminderEvent('a', iso(now + day), set);
      await createAuditLogTable(test, layout, 'audit_logs', [
        shared,
        reminderEvent('b', iso(now - 3 * day), set, { repeatDays: 5, message: 'renew' }),
        reminderEvent('c', iso(now + day), set),
        reminderEvent('c', null, '2026-03-02T00:00:00.000Z'),
      ]);
      await test.ingest([shared]);
      const auditLogTables = [{ source: 'own', database: 'infisical', table: 'audit_logs' }];
      const { rows } = await test.result('upcoming-reminders', {}, {}, { auditLogTables });
      expect(columnsOf(rows, 'secret_key', 'next_reminder_at', 'repeat_days', 'message')).toEqual([
        { secret_key: 'a', next_reminder_at: iso(now + day), repeat_days: null, message: '' },
        { secret_key: 'b', next_reminder_at: iso(now + 2 * day), repeat_days: 5, message: 'renew' },
      ]);
      await dropAuditLogTables(test);
    },
  );
});
