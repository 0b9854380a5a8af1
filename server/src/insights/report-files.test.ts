import { ask, everyone, now, openTestStore } from '../../test/harness';
import { StateLog } from '../store/state-log';
import type { Insights } from './insights';

const hour = 3_600_000;
const file = (name: string, more: Record<string, unknown> = {}) => ({
  type: name,
  name: `Report ${name}`,
  file: `${name}.csv`,
  rows: 7,
  truncated: false,
  bytes: 120,
  sha256: `hash of ${name}`,
  ...more,
});
const run = (project: string, requestedAt: number, files: unknown[]) => ({
  project,
  requested_at: new Date(requestedAt).toISOString(),
  files,
});

let insights: Insights;
beforeAll(async () => {
  const test = await openTestStore();
  const state = await StateLog.replay(test.store);
  const old = run('p1', now - 91 * 24 * hour, [file('old')]);
  const cut = file('a', { rows: 100_000, truncated: true });
  await state.append('report-run', 'one', run('p1', now - 2 * hour, [file('b'), cut]));
  await state.append('report-run', 'two', run('p2', now - hour, [file('c')]));
  await state.append('report-run', 'pending', run('p1', now - hour, []));
  await state.append('report-run', 'gone', run('p1', now - hour, [file('d')]));
  await state.append('report-run', 'gone', null);
  await state.append('report-run', 'old', old);
  insights = await test.insights();
});

const files = async (asked?: Parameters<typeof ask>[2]): Promise<unknown[]> =>
  (await ask(insights, 'report-files', asked)).rows.map(
    (row) => `${String(row.run)} ${String(row.file)}`,
  );

describe('report-files', () => {
  it('lists every file of the runs that are left, newest run first', async () => {
    expect(await files()).toEqual(['two c.csv', 'one a.csv', 'one b.csv']);
    const { rows } = await ask(insights, 'report-files');
    expect(rows[1]).toEqual({
      run: 'one',
      requested_at: '2026-03-15T08:30:00.000Z',
      project: 'p1',
      report: 'Report a',
      file: 'a.csv',
      rows: 100_000,
      truncated: true,
      bytes: 120,
      sha256: 'hash of a',
    });
  });

  it('keeps to the projects of the caller and of the filter, and to the right to see reports', async () => {
    expect(await files({ caller: { ...everyone, projects: ['p2'] } })).toEqual(['two c.csv']);
    const ofTwo = [{ field: 'project', op: 'in' as const, values: ['p2'] }];
    expect(await files({ filters: ofTwo })).toEqual(['two c.csv']);
    const viewer = { ...everyone, capabilities: new Set(['insights'] as const) };
    await expect(files({ caller: viewer })).rejects.toMatchObject({ kind: 'not-allowed' });
  });
});
