import { now } from '../../test/harness';
import { day, openPostureStore, rotation, secret } from '../../test/posture-store';

it('counts each kind, and none that no source delivers', async () => {
  const test = await openPostureStore();
  const folder = { kind: 'folder', id: 'f', name: 'app' };
  await test.poll([secret('a'), secret('b'), rotation('r'), folder], now - 2 * day);
  await test.poll([secret('a')], now - day);
  const { rows, meta } = await test.result('inventory-counts');
  expect(rows).toEqual([
    { secrets: 1, folders: 0, rotations: 0, dynamic_secrets: null, honey_tokens: null },
  ]);
  expect(meta.notices.map(({ text }) => text)).toEqual([
    'Unknown, because no source delivers them: dynamic_secrets, honey_tokens.',
  ]);
  const [then] = await test.rows('inventory-counts', { as_of: 'now-36h' });
  expect(then).toMatchObject({ secrets: 2, folders: 1, rotations: 1 });
  expect((await test.rows('inventory-counts', { as_of: 'now-3d' }))[0]?.secrets).toBeNull();
  await test.close();
});
