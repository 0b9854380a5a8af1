import { ask } from '../../test/harness';
import { adminToken, now, startApi } from '../api/testing/start-api';
import type { Api } from '../api/testing/start-api';
import { demoRecords, demoReports } from './akeyless';
import { loadDemoAkeyless } from './load-akeyless';

describe('the made-up account of Akeyless', () => {
  let api: Api;
  beforeAll(async () => {
    api = await startApi();
  });
  afterAll(() => api.close());

  const load = () =>
    loadDemoAkeyless({
      store: api.store,
      url: api.url,
      token: adminToken,
      now: new Date(now),
      signal: new AbortController().signal,
    });
  const figures = async () => ({
    totals: (await ask(api.insights, 'usage-totals')).rows[0],
    exceeded: (await ask(api.insights, 'exceeded-clients')).rows.length,
    months: (await ask(api.insights, 'usage-history', { params: { bucket: 'month' } })).rows.filter(
      ({ value }) => value !== null,
    ).length,
    passwords: (await ask(api.insights, 'password-manager')).rows[0],
    refused: (await ask(api.insights, 'coverage')).rows.map(({ rejected }) => rejected),
  });

  it('has something to show in every view, and counts once when it is loaded again', async () => {
    await load();
    const first = await figures();
    expect(first).toEqual({
      totals: {
        total_requests: expect.any(Number) as number,
        read_requests: expect.any(Number) as number,
        unique_users: 8,
        unique_actors: 12,
        service_accounts: 4,
        applications: 4,
        total_clients: 24,
        total_secrets: 417,
      },
      exceeded: 1,
      months: 14,
      passwords: { users: 11, passwords: 210 },
      refused: [0],
    });
    expect(first.totals?.total_requests).toBeGreaterThan(1_000);
    await load();
    expect(await figures()).toEqual(first);
  });

  it('is the same every time, and never ahead of now', () => {
    const records = [...demoRecords(new Date(now))];
    expect(records).toEqual([...demoRecords(new Date(now))]);
    for (const { timestamp } of records) expect(Date.parse(String(timestamp))).toBeLessThan(now);
    const reports = [...demoReports(new Date(now))];
    expect(reports.length).toBeGreaterThan(80);
    expect(Number(reports.at(-1)?.date_updated) * 1_000).toBeLessThan(now);
  });
});
