import { now } from '../../test/harness';
import { day, openPostureStore } from '../../test/posture-store';

it('lists leases that could not be taken back, and says when nobody delivers leases', async () => {
  const test = await openPostureStore();
  await test.poll([], now - 2 * day);
  const { rows, meta } = await test.result('orphaned-leases');
  expect(rows).toEqual([]);
  expect(meta.notices.map(({ text }) => text)).toEqual(['Unknown: no source delivers leases.']);
  const lease = { kind: 'lease', id: 'l', name: 'postgres' };
  await test.poll(
    [
      { ...lease, state: 'failed-deletion' },
      { ...lease, id: 'm', state: 'active' },
    ],
    now - day,
  );
  expect(await test.rows('orphaned-leases')).toEqual([
    {
      name: 'postgres',
      project: 'project-a',
      environment: '',
      secret_path: '',
      since: '2026-03-14T10:30:00.000Z',
      message: '',
    },
  ]);
  await test.close();
});
