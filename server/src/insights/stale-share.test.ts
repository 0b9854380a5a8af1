import { now } from '../../test/harness';
import { day, openPostureStore, secret } from '../../test/posture-store';

it('divides the stale secrets of a project by all of them', async () => {
  const test = await openPostureStore();
  await test.poll([
    secret('exactly', { updatedAt: now - 90 * day }),
    secret('stale', { updatedAt: now - 90 * day - 1 }),
    secret('new', { updatedAt: now }),
    secret('never said', { updatedAt: null }),
  ]);
  expect(await test.rows('stale-share')).toMatchObject([
    { stale_share: 0.25, stale_secrets: 1, total_secrets: 4 },
  ]);
  expect(await test.rows('stale-share', { stale_days: 89 })).toMatchObject([{ stale_share: 0.5 }]);
  await test.close();
});
