import { now } from '../../test/harness';
import { day, openPostureStore, reminderEvent, rotation, secret } from '../../test/posture-store';
import type { PostureStore } from '../../test/posture-store';

const iso = (time: number): string => new Date(time).toISOString();

describe('summary', () => {
  let test: PostureStore;
  beforeEach(async () => {
    test = await openPostureStore();
  });
  afterEach(() => test.close());

  it('counts a failed rotation with a retry twice, an overdue one not as upcoming', async () => {
    await test.poll([
      rotation('retry', { state: 'failed', nextRotationAt: now + day }),
      rotation('overdue', { nextRotationAt: now - 1 }),
      rotation('at the end', { nextRotationAt: now + 7 * day }),
      secret('stale', { updatedAt: now - 91 * day }),
      secret('fresh', { updatedAt: now - 90 * day }),
    ]);
    await test.ingest([
      reminderEvent('stale', iso(now - 1), '2026-03-01T00:00:00.000Z'),
      reminderEvent('fresh', iso(now + 1), '2026-03-01T00:00:00.000Z'),
    ]);
    expect(await test.rows('summary')).toEqual([
      {
        upcoming_rotations: 2,
        failed_rotations: 1,
        overdue_rotations: 1,
        upcoming_reminders: 1,
        overdue_reminders: 1,
        stale_secrets: 1,
        total_secrets: 2,
        rotations_badge: '1 failed',
        reminders_badge: '1 overdue',
        stale_badge: '1 needs review',
      },
    ]);
    const [wider] = await test.rows('summary', { lookback_days: 90, stale_days: 30 });
    expect(wider).toMatchObject({ upcoming_rotations: 3, stale_badge: '2 need review' });
  });

  it('has the words for when all is well', async () => {
    await test.poll([secret('a', { updatedAt: now })]);
    await test.ingest([reminderEvent('a', null, '2026-03-01T00:00:00.000Z')]);
    expect((await test.rows('summary'))[0]).toMatchObject({
      rotations_badge: 'No failed rotations',
      reminders_badge: 'No overdue reminders',
      stale_badge: 'All secrets up to date',
    });
  });

  it('is empty, not 0, for what nothing is known of', async () => {
    const nothing = await test.result('summary');
    expect(new Set(Object.values(nothing.rows[0] ?? { none: 0 }))).toEqual(new Set([null]));
    expect(nothing.meta.notices).toHaveLength(2);
    await test.poll([secret('a', { updatedAt: now })], now - day);
    expect((await test.rows('summary'))[0]).toMatchObject({
      failed_rotations: 0,
      total_secrets: 1,
      upcoming_reminders: null,
      reminders_badge: null,
    });
    await test.ingest([reminderEvent('x', iso(now + day), '2026-02-01T00:00:00.000Z')]);
    // Before the first poll reminders are known and their projects are not.
    const early = { as_of: 'now-2d' };
    expect((await test.rows('summary', early))[0]).toMatchObject({
      total_secrets: null,
      upcoming_reminders: 1,
    });
    const caller = { capabilities: new Set(['insights'] as const), projects: ['project-a'] };
    expect((await test.rows('summary', early, { caller }))[0]?.upcoming_reminders).toBeNull();
  });
});
