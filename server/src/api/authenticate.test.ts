import type { Problem } from '../contract';
import { grafanaToken, now, startApi } from './testing/start-api';
import type { Api } from './testing/start-api';

let api: Api;
beforeAll(async () => {
  api = await startApi({ SECRET_INSIGHTS_GRAFANA_VIEWER: 'usage' });
});
afterAll(() => api.close());

it('a setting can take a right from a role', async () => {
  const statusAs = async (role: string): Promise<number> => {
    const headers = { 'x-secret-insights-user': 'ada', 'x-secret-insights-role': role };
    return (await api.call('/api/v1/insights/access-totals', { token: grafanaToken, headers }))
      .status;
  };
  expect(await statusAs('Viewer')).toBe(403);
  expect(await statusAs('Editor')).toBe(200);
});

it('an expired token is told so, and is not counted as a guess', async () => {
  const expiresAt = now + 60_000;
  const { secret } = await api.tokens.create({
    name: 'old',
    capabilities: ['insights'],
    projects: null,
    expiresAt,
  });
  const ask = (): Promise<Response> => api.call('/api/v1/insights', { token: secret });
  expect((await ask()).status).toBe(200);
  api.setClock(expiresAt);
  for (let attempt = 0; attempt < 12; attempt += 1) {
    const response = await ask();
    expect(response.status).toBe(401);
    expect(((await response.json()) as Problem).detail).toBe(
      'This token expired at 2026-03-15T10:31:00.000Z: ask for a new one.',
    );
  }
});

it('wrong tokens have to wait after ten in a minute; right ones never do', async () => {
  let guesses = 0;
  const wrong = (): Promise<Response> => {
    guesses += 1;
    // A forwarded address is the client's own word: naming another one each time helps nobody.
    const headers = { 'x-forwarded-for': `192.0.2.${guesses}` };
    return api.call('/api/v1/insights', { token: `si_wrong_${guesses}`, headers });
  };
  const statuses = await Promise.all(
    Array.from({ length: 12 }, async () => (await wrong()).status),
  );
  expect(statuses.sort()).toEqual([...Array<number>(10).fill(401), 429, 429]);
  const refused = await wrong();
  const wait = Number(refused.headers.get('retry-after'));
  expect(wait).toBeGreaterThan(0);
  expect(wait).toBeLessThanOrEqual(60);
  expect(((await refused.json()) as Problem).detail).toContain('Too many wrong tokens');
  // A dashboard behind the same address goes on, however many panels it has.
  const right = await Promise.all(Array.from({ length: 25 }, () => api.call('/api/v1/insights')));
  expect(new Set(right.map(({ status }) => status))).toEqual(new Set([200]));
  expect((await api.call('/api/v1/insights', { token: null })).status).toBe(401);
});
