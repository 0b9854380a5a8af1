import type { Problem } from '../contract';
import { grafanaToken, startApi } from './testing/start-api';
import type { Api } from './testing/start-api';

const path = '/api/v1/insights/usage-totals';
const as = (role: string): Record<string, string> => ({
  'x-secret-insights-user': 'ada',
  'x-secret-insights-role': role,
  'x-secret-insights-org': '1',
});

describe.each([
  ['insights,usage', { Viewer: 200, Editor: 200, Admin: 200 }],
  ['insights', { Viewer: 403, Editor: 200, Admin: 200 }],
])('the right usage where a Viewer has %s', (viewer, statuses) => {
  let api: Api;
  beforeAll(async () => {
    api = await startApi({ SECRET_INSIGHTS_GRAFANA_VIEWER: viewer });
  });
  afterAll(() => api.close());

  it.each(Object.entries(statuses))('%s gets %d', async (role, status) => {
    const response = await api.call(path, { token: grafanaToken, headers: as(role) });
    expect(response.status).toBe(status);
    if (status === 403) {
      expect(((await response.json()) as Problem).detail).toBe(
        "usage-totals needs the right 'usage', which this caller does not have.",
      );
    }
  });

  it('is all a token needs for usage, and none of it without', async () => {
    const usage = await api.tokenWith(['usage']);
    expect((await api.call(path, { token: usage })).status).toBe(200);
    const csv = await api.call('/api/v1/insights/client-usage', {
      token: usage,
      headers: { accept: 'text/csv' },
    });
    expect([csv.status, (await csv.text()).split('\r\n')[0]]).toEqual([
      200,
      'client,auth_method,product,access_id,exceeded,last_seen,auth_method_name,account',
    ]);
    const others = await api.tokenWith(['insights', 'audit', 'reports', 'ingest']);
    expect((await api.call(path, { token: others })).status).toBe(403);
  });
});
