import { now } from '../../test/harness';
import { day, openPostureStore, rotation } from '../../test/posture-store';
import { columnsOf } from '../../test/rows';

it('lists what has passed, however long ago, and not what is due now', async () => {
  const test = await openPostureStore();
  await test.poll([
    rotation('now', { nextRotationAt: now }),
    rotation('just', { nextRotationAt: now - 1_000 }),
    rotation('long', { nextRotationAt: now - 200 * day }),
    rotation('never', { nextRotationAt: null }),
  ]);
  expect(
    columnsOf(await test.rows('overdue-rotations'), 'rotation_name', 'overdue_seconds', 'status'),
  ).toEqual([
    { rotation_name: 'long', overdue_seconds: 200 * 86_400, status: 'overdue by 200 days' },
    { rotation_name: 'just', overdue_seconds: 1, status: 'now' },
  ]);
  await test.close();
});
