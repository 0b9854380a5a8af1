import { startApi } from '../../src/api/testing/start-api';
import type { Api } from '../../src/api/testing/start-api';
import { ask, everyone, now } from '../harness';
import { runReports } from './report-api';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const wanted = { reports: 'auth-methods', recipients: 'ann@example.test' };

describe('a server without mail settings', () => {
  it('mails nobody, and says which setting is missing', async () => {
    const { detail } = await api.ask<{ detail: string }>('/api/v1/reports', { body: wanted });
    expect(detail).toBe(
      'Reports may be mailed to nobody yet: name the addresses and domains they may go to in SECRET_INSIGHTS_REPORT_RECIPIENTS (reports.recipients).',
    );
  });

  it('makes reports for download, which the insights about reports show', async () => {
    const run = await runReports(api, { reports: 'auth-methods', download_only: true });
    expect(run).toMatchObject({ status: 'completed', recipients: [], rows: 0 });
    const file = await api.call(`/api/v1/reports/${run.run}/files/auth-methods.csv`);
    expect(file.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(await file.text()).toBe('Auth Method,Reads,Share\r\n');
    api.setClock(now + 60_000);
    const { rows } = await ask(api.insights, 'report-runs');
    expect(rows).toEqual([
      {
        run: run.run,
        requested_at: '2026-03-15T10:30:00.000Z',
        requested_by: 'token admin',
        project: '',
        reports: ['Auth Methods'],
        recipients: [],
        status: 'completed',
        reason: '',
        rows: 0,
        bytes: 25,
        duration_ms: 0,
        files: ['auth-methods.csv'],
        deliveries: [],
        schedule: '',
        downloads: 1,
      },
    ]);
    await expect(
      ask(api.insights, 'report-runs', { caller: { ...everyone, projects: ['p'] } }),
    ).resolves.toMatchObject({ rows: [] });
    await expect(ask(api.insights, 'report-schedules')).resolves.toMatchObject({ rows: [] });
  });
});
