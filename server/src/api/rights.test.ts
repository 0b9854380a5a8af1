import type { Capability, InsightResult, Problem, QueryBatchResult } from '../contract';
import { capabilities } from '../contract';
import { event, payments, search } from './testing/events';
import { grafanaToken, startApi } from './testing/start-api';
import type { Api, CallOptions } from './testing/start-api';

let api: Api;
beforeAll(async () => {
  api = await startApi();
  const outside = event({ projectId: undefined, projectName: undefined });
  await api.ask('/api/v1/ingest/infisical', {
    body: [event(), event({ projectId: search.id, projectName: search.name }), outside],
  });
});
afterAll(() => api.close());

interface Call {
  path: string;
  body?: unknown;
  method?: string;
  /** Any of these; all who have a token where it is left out. */
  needs?: Capability[];
  answers: number;
}

const reading: Capability[] = ['insights', 'audit', 'usage', 'reports'];
const calls: Call[] = [
  { path: '/api/v1/insights', needs: reading, answers: 200 },
  { path: '/api/v1/insights/access-totals', needs: ['insights'], answers: 200 },
  { path: '/api/v1/insights/access-totals?format=csv', needs: ['insights'], answers: 200 },
  { path: '/api/v1/fields/environment/values', needs: ['insights'], answers: 200 },
  { path: '/api/v1/query', body: { queries: [] }, answers: 200 },
  { path: '/api/v1/ingest/infisical', body: { ping: 'ok' }, needs: ['ingest'], answers: 200 },
  { path: '/api/v1/tokens', needs: ['admin'], answers: 200 },
  {
    path: '/api/v1/tokens',
    body: { name: 'x', capabilities: ['insights'] },
    needs: ['admin'],
    answers: 201,
  },
  { path: '/api/v1/tokens/nobody', method: 'DELETE', needs: ['admin'], answers: 404 },
  { path: '/metrics', needs: ['insights', 'admin'], answers: 200 },
  { path: '/openapi.json', answers: 200 },
  { path: '/no-such-address', answers: 404 },
];
const nameOf = ({ method, path, body }: Call): string =>
  `${method ?? (body ? 'POST' : 'GET')} ${path}`;
const optionsOf = ({ method, body }: Call): CallOptions => ({
  ...(method !== undefined && { method }),
  ...(body !== undefined && { body }),
});

const queryTotals = {
  queries: [
    { refId: 'A', query: { insight: 'access-totals' }, range: { from: 0, to: 2_000_000_000_000 } },
  ],
};

describe('without a token', () => {
  it.each(calls.map((call) => [nameOf(call), call] as const))(
    '%s is refused with 401',
    async (_, call) => {
      const response = await api.call(call.path, { ...optionsOf(call), token: null });
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe('Bearer realm="secret-insights"');
      expect(response.headers.get('content-type')).toContain('application/problem+json');
    },
  );

  it.each(['/healthz', '/readyz'])('%s is open', async (path) => {
    expect((await api.call(path, { token: null })).status).toBe(200);
  });

  it.each(['Basic YWRtaW46YWRtaW4=', 'Bearer', 'Bearer a b', 'admin-token-of-the-tests-only'])(
    'the header Authorization: %s is no token',
    async (authorization) => {
      expect(
        (await api.call('/api/v1/insights', { token: null, headers: { authorization } })).status,
      ).toBe(401);
    },
  );
});

describe('a token with one right', () => {
  const direct = capabilities.filter((each) => each !== 'speaks-for-grafana');
  const table = direct.flatMap((capability) =>
    calls.map((call) => [capability, nameOf(call), call] as const),
  );

  it.each(table)('%s: %s', async (capability, _, call) => {
    const token = await api.tokenWith([capability]);
    const response = await api.call(call.path, { ...optionsOf(call), token });
    const isAllowed = call.needs === undefined || call.needs.includes(capability);
    expect(response.status).toBe(isAllowed ? call.answers : 403);
  });

  it.each(direct)('%s: an insight in a batch', async (capability) => {
    const token = await api.tokenWith([capability]);
    const { results } = await api.ask<QueryBatchResult>('/api/v1/query', {
      body: queryTotals,
      token,
    });
    expect(results.A?.status).toBe(capability === 'insights' ? undefined : 403);
    expect(results.A?.frames).toHaveLength(capability === 'insights' ? 1 : 0);
  });
});

describe('through Grafana', () => {
  const roles = ['Viewer', 'Editor', 'Admin'] as const;
  const as = (role: string): Record<string, string> => ({
    'x-secret-insights-user': 'ada',
    'x-secret-insights-role': role,
    'x-secret-insights-org': '1',
  });
  const everyoneReads = calls.filter(
    ({ needs }) => needs?.some((each) => each === 'insights') || needs === undefined,
  );
  const nobodyDoes = calls.filter(({ needs }) =>
    needs?.every((each) => each === 'ingest' || each === 'admin'),
  );

  it.each(
    roles.flatMap((role) => everyoneReads.map((call) => [role, nameOf(call), call] as const)),
  )('%s may: %s', async (role, _, call) => {
    const response = await api.call(call.path, {
      ...optionsOf(call),
      token: grafanaToken,
      headers: as(role),
    });
    expect(response.status).toBe(call.answers);
  });

  it.each(roles.flatMap((role) => nobodyDoes.map((call) => [role, nameOf(call), call] as const)))(
    '%s may not: %s',
    async (role, _, call) => {
      const response = await api.call(call.path, {
        ...optionsOf(call),
        token: grafanaToken,
        headers: as(role),
      });
      expect(response.status).toBe(403);
    },
  );

  it('a role has no right that the token lacks', async () => {
    const token = await api.tokenWith(['usage', 'speaks-for-grafana']);
    const response = await api.call('/api/v1/insights/access-totals', {
      token,
      headers: as('Admin'),
    });
    expect(response.status).toBe(403);
  });

  it('a right that stands beside speaking for Grafana needs the role too', async () => {
    const token = await api.tokenWith(['audit', 'speaks-for-grafana']);
    const statusAs = async (headers: Record<string, string>): Promise<number> =>
      (await api.call('/api/v1/insights', { token, headers })).status;
    expect(await statusAs(as('Editor'))).toBe(200);
    expect(await statusAs(as('Viewer'))).toBe(403);
    expect(await statusAs({})).toBe(403);
    // Nobody vouches for a role without a user.
    expect(await statusAs({ 'x-secret-insights-role': 'Admin' })).toBe(403);
  });

  it.each(['viewer', 'none', 'Grafana Admin', 'Viewer, Admin', '%E0%A4'])(
    'the role %s is refused',
    async (role) => {
      const response = await api.call('/api/v1/insights', {
        token: grafanaToken,
        headers: as(role),
      });
      expect(response.status).toBe(400);
      expect(((await response.json()) as Problem).field).toBe('x-secret-insights-role');
    },
  );

  it.each(['user', 'email', 'role', 'org'])(
    'other tokens may not name the %s of a user',
    async (name) => {
      const response = await api.call('/api/v1/insights', {
        headers: { [`X-Secret-Insights-${name}`]: 'Admin' },
      });
      expect(response.status).toBe(400);
      expect(((await response.json()) as Problem).detail).toContain("'speaks-for-grafana'");
    },
  );

  it.each(everyoneReads.map((call) => [nameOf(call), call] as const))(
    'the role None may not: %s',
    async (_, call) => {
      const response = await api.call(call.path, {
        ...optionsOf(call),
        token: grafanaToken,
        headers: as('None'),
      });
      expect(response.status).toBe(403);
      expect(((await response.json()) as Problem).detail).toBe(
        "Grafana's role None has no rights here: an administrator of Grafana can make this user a Viewer.",
      );
    },
  );

  it('takes names that a header cannot carry as they are', async () => {
    const headers = { ...as('Viewer'), 'x-secret-insights-user': encodeURIComponent('Zoë ☕') };
    expect((await api.call('/api/v1/insights', { token: grafanaToken, headers })).status).toBe(200);
    expect(api.logged.at(-1)).toContain('Zoë ☕');
  });
});

describe('what only the right to see events shows', () => {
  const filters = ['text.contains=x', 'metadata.secretKey.prefix=S'];

  it.each(filters)('is not found letter by letter with %s', async (filter) => {
    const field = filter.replace(/\.(contains|prefix)=.$/, '');
    const detail = `The filter on ${field} needs the right 'audit', which this caller does not have.`;
    const viewer = await api.tokenWith(['insights']);
    const auditor = await api.tokenWith(['insights', 'audit']);
    for (const path of ['insights/access-totals', 'insights/top-actors', 'fields/ip/values']) {
      const address = `/api/v1/${path}?${filter}`;
      const refused = await api.call(address, { token: viewer });
      expect([refused.status, await refused.json()]).toEqual([
        403,
        expect.objectContaining({ field, detail }),
      ]);
      expect((await api.call(address, { token: auditor })).status).toBe(200);
    }
    const op = filter.includes('contains') ? 'contains' : 'prefix';
    const body = {
      queries: [
        {
          refId: 'A',
          query: { insight: 'access-totals', filters: [{ field, op, values: ['x'] }] },
          range: { from: 0, to: 2_000_000_000_000 },
        },
      ],
    };
    const ask = async (token: string) =>
      (await api.ask<QueryBatchResult>('/api/v1/query', { body, token })).results.A;
    expect(await ask(viewer)).toEqual({ frames: [], status: 403, error: detail });
    expect(await ask(auditor)).not.toHaveProperty('error');
  });
});

describe('a token for some projects', () => {
  it('does not see the metrics, which are of all', async () => {
    const token = await api.tokenWith(['insights'], [payments.id]);
    const response = await api.call('/metrics', { token });
    expect(response.status).toBe(403);
    expect(((await response.json()) as Problem).detail).toBe(
      'The metrics are of the whole server: this call needs a token for all projects.',
    );
  });

  it('sees those, and no event without a project', async () => {
    const readsOf = async (token: string): Promise<unknown> =>
      (await api.ask<InsightResult>('/api/v1/insights/access-totals', { token })).rows[0]?.reads;
    expect(await readsOf(await api.tokenWith(['insights']))).toBe(3);
    expect(await readsOf(await api.tokenWith(['insights'], [payments.id]))).toBe(1);
    expect(await readsOf(await api.tokenWith(['insights'], [payments.id, search.id]))).toBe(2);
    const { values } = await api.ask<{ values: unknown[] }>('/api/v1/fields/project/values', {
      token: await api.tokenWith(['insights'], [search.id]),
    });
    expect(values).toEqual([{ value: search.id, label: search.name }]);
  });
});

describe('tokens', () => {
  it('are made, listed, used and revoked', async () => {
    const body = {
      name: 'CI',
      capabilities: ['insights'],
      projects: ['Payments'],
      expires_at: '2026-04-01T00:00:00Z',
    };
    const made = await api.ask<{ id: string; token: string }>('/api/v1/tokens', { body });
    expect(made).toMatchObject({
      name: 'CI',
      projects: [payments.id],
      expires_at: '2026-04-01T00:00:00.000Z',
      fixed: false,
    });
    expect(made.token).toMatch(/^si_[A-Za-z0-9_-]{43}$/);
    expect((await api.call('/api/v1/insights', { token: made.token })).status).toBe(200);

    const list = await (await api.call('/api/v1/tokens')).text();
    expect(list).toContain(made.id);
    expect(list).not.toContain(made.token);

    expect((await api.call(`/api/v1/tokens/${made.id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await api.call('/api/v1/insights', { token: made.token })).status).toBe(401);
  });

  it.each([
    [{ capabilities: ['insights'] }, 'name'],
    [{ name: 'x', capabilities: ['everything'] }, 'capabilities.0'],
    [{ name: 'x', capabilities: ['insights'], project: 'Payments' }, 'project'],
    [{ name: 'x', capabilities: ['insights'], projects: ['nowhere'] }, 'projects'],
    [{ name: 'x', capabilities: ['insights'], expires_at: '2026-01-01T00:00:00Z' }, 'expires_at'],
    [{ name: 'x', capabilities: ['insights'], expires_at: 'soon' }, 'expires_at'],
    [{ name: 'x', capabilities: ['ingest', 'speaks-for-grafana'] }, 'capabilities'],
    [{ name: 'x', capabilities: ['admin'], projects: ['Payments'] }, 'projects'],
  ])('%j is refused naming the member', async (body, field) => {
    const response = await api.call('/api/v1/tokens', { body });
    expect(response.status).toBe(400);
    expect(((await response.json()) as Problem).field).toBe(field);
  });

  it('of the settings stay', async () => {
    expect((await api.call('/api/v1/tokens/admin', { method: 'DELETE' })).status).toBe(409);
  });
});
