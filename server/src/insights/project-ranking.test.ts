import { orgA } from '../../test/events';
import { now } from '../../test/harness';
import { day, openPostureStore, rotation, secret } from '../../test/posture-store';
import { columnsOf } from '../../test/rows';
import { replaceDigests } from '../store/inventory/collected';
import { recordPoll } from '../store/inventory/polls';

it('weighs what failed, orders by it and then by name, and does not score what is unknown', async () => {
  const test = await openPostureStore();
  const sync = { kind: 'sync', id: 's', name: 'to aws', state: 'failed' };
  const at = now - day;
  await test.poll([secret('a', { updatedAt: 0 }), sync], at, { project: 'b-project' });
  await test.poll([rotation('r', { state: 'failed' })], at, { project: 'c-project' });
  await test.poll([{ kind: 'environment', id: 'e', name: 'dev' }], at, { project: 'a-project' });
  const { rows, meta } = await test.result('project-ranking');
  expect(rows).toEqual([
    {
      project: 'c-project',
      severity_score: 100,
      failed_rotations: 1,
      failed_syncs: 0,
      orphaned_leases: null,
      duplicated_secrets: null,
      stale_secrets: 0,
      total_secrets: 0,
    },
    {
      project: 'b-project',
      severity_score: 50,
      failed_rotations: 0,
      failed_syncs: 1,
      orphaned_leases: null,
      duplicated_secrets: null,
      stale_secrets: 1,
      total_secrets: 1,
    },
    expect.objectContaining({ project: 'a-project', severity_score: 0 }),
  ]);
  expect(meta.notices.map(({ text }) => text)).toEqual([
    'Unknown and not in the score: orphaned_leases, duplicated_secrets.',
  ]);
  const own = await test.rows('project-ranking', { weights: '1/2/0/0' });
  expect(columnsOf(own, 'project', 'severity_score')).toEqual([
    { project: 'b-project', severity_score: 2 },
    { project: 'c-project', severity_score: 1 },
    { project: 'a-project', severity_score: 0 },
  ]);
  await expect(test.rows('project-ranking', { weights: '1/2' })).rejects.toThrow(
    'weights must be four whole numbers with slashes such as 100/50/25/1, not "1/2".',
  );
  await test.close();
});

it('counts duplicates where a poll could work them out, and only for now', async () => {
  const test = await openPostureStore();
  const place = { source: 'main', orgId: orgA };
  const of = { environment: 'prod', secret_path: '/', key_id: 'k' };
  for (const project of ['known', 'unknown']) {
    const environment = { kind: 'environment', id: 'e', name: 'prod' };
    const items = [environment, secret('a'), secret('b'), secret('c')];
    await test.poll(items, now - day, { project });
  }
  await replaceDigests(test.store, { ...place, projectId: 'known' }, [
    { ...of, secret_key: 'a', secret_id: 'a', digest: 'same' },
    { ...of, secret_key: 'b', secret_id: 'b', digest: 'same' },
    { ...of, secret_key: 'c', secret_id: 'c', digest: 'other' },
  ]);
  const at = now - day / 2;
  await recordPoll(test.store, {
    source: 'main',
    kind: 'digests',
    projectId: 'known',
    startedAt: at,
    finishedAt: at,
    error: null,
    items: 3,
    changed: 0,
    gone: 0,
  });
  const figures = async (params = {}) =>
    columnsOf(
      await test.rows('project-ranking', params),
      'project',
      'severity_score',
      'duplicated_secrets',
    );
  expect(await figures({ weights: '0/0/0/3' })).toEqual([
    { project: 'known', severity_score: 6, duplicated_secrets: 2 },
    { project: 'unknown', severity_score: 0, duplicated_secrets: null },
  ]);
  expect(await figures({ as_of: 'now-1h' })).toEqual([
    { project: 'known', severity_score: 0, duplicated_secrets: null },
    { project: 'unknown', severity_score: 0, duplicated_secrets: null },
  ]);
  await test.close();
});
