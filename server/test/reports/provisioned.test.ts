import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../src/config/config';
import { start } from '../../src/main';
import { startMailServer } from './mail-server';
import type { MailServer } from './mail-server';
import { startReportApi } from './report-api';

const folder = mkdtempSync(join(tmpdir(), 'secret-insights-settings-'));
const file = join(folder, 'secret-insights.yaml');
let mail: MailServer;
beforeAll(async () => {
  mail = await startMailServer();
});
afterAll(async () => {
  await mail.close();
  rmSync(folder, { recursive: true });
});

const settings = (schedule: string): Record<string, string> => {
  writeFileSync(file, `reports:\n  schedules:\n    - ${schedule}\n`);
  return { SECRET_INSIGHTS_CONFIG: file };
};

interface Schedules {
  schedules: { schedule: string; fixed: boolean; cron: string; project: string | null }[];
}

describe('a schedule of the settings', () => {
  it('is there, may name a project that is still to come, and is not changed through the API', async () => {
    const api = await startReportApi(
      mail,
      settings(
        '{name: Month end, reports: [secret-access-log], project: payments, recipients: [ann@example.test], every: month, on: last}',
      ),
    );
    const { schedules } = await api.ask<Schedules>('/api/v1/schedules');
    expect(schedules).toEqual([
      expect.objectContaining({
        schedule: 'settings-month-end',
        fixed: true,
        cron: '0 7 L * *',
        project: 'payments',
      }),
    ]);
    const path = '/api/v1/schedules/settings-month-end';
    expect((await api.call(path, { method: 'DELETE' })).status).toBe(409);
    expect((await api.call(`${path}/pause`, { method: 'POST' })).status).toBe(409);
    await api.close();
  });

  it('that is wrong stops the start with a sentence that names it', async () => {
    const env = settings('{name: Nightly, reports: [auth-methods], every: night}');
    const config = loadConfig({ ...env, SECRET_INSIGHTS_DATA: join(folder, 'data') }, folder);
    await expect(start({ ...config, logLevel: 'silent' })).rejects.toThrow(
      'reports.schedules.1.every',
    );
  });
});
