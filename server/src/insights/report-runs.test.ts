import { ask, everyone, now, openTestStore } from '../../test/harness';
import { StateLog } from '../store/state-log';
import type { Insights } from './insights';

const run = (project: string, requestedAt: number, more: Record<string, unknown> = {}) => ({
  project,
  requested_at: new Date(requestedAt).toISOString(),
  requested_by: 'token t for user "kim"',
  schedule: null,
  reports: [{ name: 'Stale Secrets' }, { name: 'Auth Methods' }],
  recipients: [
    { address: 'a@example.test', state: 'accepted' },
    { address: 'b@example.test', state: 'unknown' },
  ],
  status: 'pending',
  reason: null,
  rows: null,
  bytes: null,
  duration_ms: null,
  files: [],
  downloads: 0,
  ...more,
});

let insights: Insights;
beforeAll(async () => {
  const test = await openTestStore();
  const state = await StateLog.replay(test.store);
  const hour = 3_600_000;
  await state.append('report-run', 'one', run('p1', now - 2 * hour));
  await state.append(
    'report-run',
    'one',
    run('p1', now - 2 * hour, {
      status: 'partial',
      reason: 'Cut.',
      rows: 12,
      bytes: 3_400,
      duration_ms: 56,
      files: [{ file: 'stale-secrets.csv' }],
      schedule: { name: 'Weekly' },
      downloads: 3,
    }),
  );
  await state.append('report-run', 'two', run('p2', now - hour));
  await state.append('report-run', 'gone', run('p1', now - hour));
  await state.append('report-run', 'gone', null);
  await state.append('report-run', 'old', run('p1', now - 91 * 24 * hour));
  insights = await test.insights();
});

describe('report-runs', () => {
  it('shows how each run stands now, newest first, without those that are deleted', async () => {
    const { rows } = await ask(insights, 'report-runs');
    expect(rows.map((row) => row.run)).toEqual(['two', 'one']);
    expect(rows[1]).toEqual({
      run: 'one',
      requested_at: '2026-03-15T08:30:00.000Z',
      requested_by: 'token t for user "kim"',
      project: 'p1',
      reports: ['Stale Secrets', 'Auth Methods'],
      recipients: ['a@example.test', 'b@example.test'],
      status: 'partial',
      reason: 'Cut.',
      rows: 12,
      bytes: 3_400,
      duration_ms: 56,
      files: ['stale-secrets.csv'],
      deliveries: ['a@example.test accepted', 'b@example.test unknown'],
      schedule: 'Weekly',
      downloads: 3,
    });
    expect(rows[0]).toMatchObject({ rows: null, bytes: null, duration_ms: null, reason: '' });
  });

  it('keeps to the projects of the caller and of the filter, and to the right to see reports', async () => {
    const runs = async (asked: Parameters<typeof ask>[2]): Promise<unknown[]> =>
      (await ask(insights, 'report-runs', asked)).rows.map((row) => row.run);
    expect(await runs({ caller: { ...everyone, projects: ['p1'] } })).toEqual(['one']);
    expect(await runs({ filters: [{ field: 'project', op: 'in', values: ['p2'] }] })).toEqual([
      'two',
    ]);
    expect(await runs({ filters: [{ field: 'project', op: 'not-in', values: ['p2'] }] })).toEqual([
      'one',
    ]);
    await expect(
      runs({ caller: { ...everyone, capabilities: new Set(['insights', 'audit']) } }),
    ).rejects.toThrow("report-runs needs the right 'reports'");
  });
});
