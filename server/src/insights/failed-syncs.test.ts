import { now } from '../../test/harness';
import { day, openPostureStore } from '../../test/posture-store';

it('lists syncs that fail, since they were first seen so, with a text for auditors', async () => {
  const test = await openPostureStore();
  const sync = (state: string) => ({
    kind: 'sync',
    id: 's',
    name: 'to aws',
    environment: 'prod',
    secretPath: '/',
    state,
    message: 'denied',
  });
  expect((await test.result('failed-syncs')).meta.notices).toHaveLength(2);
  await test.poll([sync('failed')], now - 5 * day);
  await test.poll([sync('succeeded')], now - 4 * day);
  expect(await test.rows('failed-syncs')).toEqual([]);
  await test.poll([sync('failed')], now - 3 * day);
  await test.poll([{ ...sync('failed'), message: 'denied again' }], now - 2 * day);
  const row = {
    name: 'to aws',
    project: 'project-a',
    environment: 'prod',
    secret_path: '/',
    since: '2026-03-12T10:30:00.000Z',
    message: 'denied again',
  };
  expect(await test.rows('failed-syncs')).toEqual([row]);
  const caller = { capabilities: new Set(['insights'] as const), projects: null };
  expect(await test.rows('failed-syncs', {}, { caller })).toEqual([{ ...row, message: null }]);
  expect((await test.rows('failed-syncs', { as_of: 'now-108h' }))[0]?.since).toBe(
    '2026-03-10T10:30:00.000Z',
  );
  await test.close();
});
