import { ask, everyone, now, openTestStore } from '../../test/harness';
import { StateLog } from '../store/state-log';
import type { Insights } from './insights';

const schedule = (name: string, more: Record<string, unknown> = {}) => ({
  name,
  project: 'p1',
  reports: [{ name: 'Stale Secrets' }],
  recipients: ['a@example.test'],
  cron: '0 7 L * *',
  zone: 'Europe/Berlin',
  paused: false,
  next_due: '2026-03-31T05:00:00.000Z',
  missed: 2,
  owner: { name: 'token t', email: null },
  ...more,
});

let insights: Insights;
beforeAll(async () => {
  const test = await openTestStore();
  const state = await StateLog.replay(test.store);
  await state.append(
    'report-schedule',
    's-2',
    schedule('Second', { paused: true, next_due: null }),
  );
  await state.append('report-schedule', 's-1', schedule('First', { project: '' }));
  await state.append('report-schedule', 's-3', null);
  const run = (at: number, status: string) => ({
    project: 'p1',
    requested_at: new Date(at).toISOString(),
    status,
    schedule: { id: 's-2', name: 'Second' },
  });
  await state.append('report-run', 'r-1', run(now - 60_000, 'partial'));
  await state.append('report-run', 'r-2', run(now - 120_000, 'completed'));
  insights = await test.insights();
});

describe('report-schedules', () => {
  it('lists schedules by name, with the next run and what became of the last', async () => {
    const { rows } = await ask(insights, 'report-schedules');
    expect(rows).toEqual([
      {
        schedule: 's-1',
        name: 'First',
        project: '',
        reports: ['Stale Secrets'],
        recipients: ['a@example.test'],
        when: '0 7 L * *',
        zone: 'Europe/Berlin',
        paused: false,
        next_run_at: '2026-03-31T05:00:00.000Z',
        last_run_at: null,
        last_status: '',
        missed: 2,
        owner: 'token t',
      },
      expect.objectContaining({
        schedule: 's-2',
        paused: true,
        next_run_at: null,
        last_run_at: '2026-03-15T10:29:00.000Z',
        last_status: 'partial',
      }),
    ]);
  });

  it('keeps to the projects of the caller', async () => {
    const { rows } = await ask(insights, 'report-schedules', {
      caller: { ...everyone, projects: ['p1'] },
    });
    expect(rows.map((row) => row.schedule)).toEqual(['s-2']);
  });
});
