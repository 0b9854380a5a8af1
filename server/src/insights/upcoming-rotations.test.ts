import { now } from '../../test/harness';
import { day, openPostureStore, rotation } from '../../test/posture-store';
import type { PostureStore } from '../../test/posture-store';
import { columnsOf } from '../../test/rows';

const hour = 3_600_000;

describe('upcoming-rotations', () => {
  let test: PostureStore;
  beforeEach(async () => {
    test = await openPostureStore();
  });
  afterEach(() => test.close());

  it('counts both ends of the days ahead, and no rotation without a date', async () => {
    await test.poll([
      rotation('now', { nextRotationAt: now }),
      rotation('a moment ago', { nextRotationAt: now - 1 }),
      rotation('in 7 days', { nextRotationAt: now + 7 * day }),
      rotation('a moment later', { nextRotationAt: now + 7 * day + 1 }),
      rotation('not planned', { nextRotationAt: null }),
    ]);
    const rows = await test.rows('upcoming-rotations');
    expect(columnsOf(rows, 'rotation_name', 'status')).toEqual([
      { rotation_name: 'now', status: 'now' },
      { rotation_name: 'in 7 days', status: 'in 7 days' },
    ]);
    const wider = await test.rows('upcoming-rotations', { days_ahead: 8, lookback_days: 90 });
    expect(wider.map((row) => row.rotation_name)).toEqual([
      'a moment ago',
      'now',
      'in 7 days',
      'a moment later',
    ]);
    await expect(test.rows('upcoming-rotations', { days_ahead: 366 })).rejects.toThrow(
      'days_ahead must be a whole number from 1 to 365, not 366.',
    );
  });

  it('says how one stands as the page of Infisical does', async () => {
    await test.poll([
      rotation('late', { nextRotationAt: now - 2 * day, state: 'success' }),
      rotation('retry', { nextRotationAt: now + 90 * 60_000, state: 'failed' }),
      rotation('hours', { nextRotationAt: now + 5 * hour, state: 'success' }),
      rotation('one day', { nextRotationAt: now + 47 * hour }),
      rotation('days', {
        nextRotationAt: now + 3 * day,
        state: 'success',
        rotationInterval: 30,
        secretKeys: ['USER', 'PASSWORD'],
      }),
    ]);
    const rows = await test.rows('upcoming-rotations', { lookback_days: 90 });
    expect(rows.map((row) => row.status)).toEqual([
      'overdue by 2 days',
      'retries in 1h',
      'in 5 hours',
      'in 1 day',
      'in 3 days',
    ]);
    expect(rows[4]).toEqual({
      rotation_name: 'days',
      secret_keys: ['USER', 'PASSWORD'],
      project: 'project-a',
      environment: 'prod',
      secret_path: '/app',
      next_rotation_at: '2026-03-18T10:30:00.000Z',
      rotation_status: 'success',
      rotation_interval: 30,
      status: 'in 3 days',
      link: null,
    });
    expect(rows[3]).toMatchObject({ rotation_status: null, rotation_interval: null });
  });
});
