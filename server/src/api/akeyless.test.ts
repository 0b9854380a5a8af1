import { analyticsAnswer, fillReports } from '../../test/akeyless-world';
import type { Problem } from '../contract';
import { startApi } from './testing/start-api';
import type { Api } from './testing/start-api';

const path = '/api/v1/akeyless/get-analytics-data';

interface Analytics {
  date_updated: number;
  analytics_data: Record<string, string[][]>;
  certificates_expiry_data: { risk_counts: Record<string, number> };
  usage_reports: Record<string, Record<string, unknown>>;
  clients_usage_reports: Record<string, { clients: { exceeded_clients: number }[]; time: string }>;
}

interface Sdk {
  ApiClient: new (basePath: string) => object;
  GetAnalyticsData: { constructFromObject: (members: object) => object };
  V2Api: new (client: object) => { getAnalyticsData: (body: object) => Promise<object> };
}

/** Akeyless's own client for Node.js, where somebody installed it: it is too large to come with the tests. */
function installedSdk(): Sdk | null {
  try {
    return jest.requireActual<Sdk>('akeyless');
  } catch {
    return null;
  }
}
const sdk = installedSdk();

describe("Akeyless's own call", () => {
  let api: Api;
  let token: string;
  beforeAll(async () => {
    api = await startApi();
    await fillReports({ store: api.store });
    token = await api.tokenWith(['usage']);
  });
  afterAll(() => api.close());

  const post = (body: unknown, given: string | null = null) =>
    api.call(path, { body, token: given });
  const asked = async (body: object = {}) =>
    (await (await post({ token, json: true, ...body })).json()) as Analytics;
  const refused = async (body: unknown): Promise<[number, string]> => {
    const response = await post(body);
    return [response.status, ((await response.json()) as Problem).detail];
  };

  it('answers in its schema, several accounts added up', async () => {
    expect(await asked()).toEqual({
      date_updated: Date.parse('2026-03-15T06:00:00Z') / 1_000,
      analytics_data: {
        all_items: [
          ['Type', 'Count'],
          ['Static Secrets', '320'],
          ['Of tomorrow', '7'],
        ],
      },
      certificates_expiry_data: {
        account_id: 'acc-1a2b3c4d5e6f,acc-second',
        ca_counts: { 'my-ca': 6 },
        risk_counts: { Expired: 2, healthy: 11, 'Expiring Soon': 3, HEALTHY: 1, expired: 1 },
      },
      usage_reports: {
        sm: {
          product: 'sm',
          time: Date.parse('2026-03-15T06:00:00Z') / 1_000,
          total_clients: 18,
          total_secrets: 550,
          clients_by_auth_method_types: { saml2: 11, oidc: 5, ldap: 2 },
          secrets_by_types: { static_secret: 340, classic_key: 210 },
        },
        pm: {
          product: 'pm',
          time: Date.parse('2026-03-15T06:00:00Z') / 1_000,
          total_clients: 7,
          total_secrets: 41,
          clients_by_auth_method_types: { saml2: 3, Email: 4 },
          secrets_by_types: { password: 41 },
        },
      },
      clients_usage_reports: {
        sm: {
          account_id: 'acc-1a2b3c4d5e6f,acc-second',
          product: 'sm',
          time: '2026-03-15T06:00:00.000Z',
          total_clients: 3,
          clients: [
            {
              access_id: 'p-saml',
              access_type: 'saml2',
              auth_method_name: '/auth/p-saml',
              client_unique_id: 'person1@example.com',
              exceeded_clients: 2,
            },
            expect.objectContaining({ access_id: 'p-key1', exceeded_clients: 0 }),
            expect.objectContaining({ access_id: 'p-idle' }),
          ],
        },
        pm: expect.objectContaining({ total_clients: 1 }),
      },
    });
  });

  it('gives back one account as it came', async () => {
    const { certificates_expiry_data: _, ...report } = await asked({ account: 'acc-second' });
    const { certificates_expiry_data: __, ...came } = analyticsAnswer({
      account: 'acc-second',
      at: '2026-03-14T06:00:00.000Z',
      clients: { sm: { saml2: 1 } },
      secrets: { sm: { static_secret: 20 } },
      list: { sm: [] },
      risks: { expired: 1 },
    });
    expect(report).toEqual({ analytics_data: {}, ...came });
  });

  it('goes beyond it: an earlier time, connections, products', async () => {
    const before = await asked({ to: '2026-03-01T00:00:00Z' });
    expect(before.usage_reports.sm).toMatchObject({ total_clients: 10 });
    expect(Object.keys((await asked({ product: 'pm' })).usage_reports)).toEqual(['pm']);
    const second = await asked({ source: ['akeyless-second'] });
    expect(second.usage_reports.sm).toMatchObject({ total_clients: 1 });
    expect(await refused({ token, from: '2026-03-15T08:00:00Z' })).toEqual([
      404,
      expect.stringMatching(/No account reported its usage in that time/),
    ]);
    expect((await refused({ token, to: '2030-01-01T00:00:00Z' }))[0]).toBe(400);
    expect((await refused({ token, from: 'soon' }))[1]).toMatch(/^from must be a time/);
  });

  it('says which right is missing, and counts wrong tokens', async () => {
    expect(await refused({})).toEqual([
      401,
      expect.stringMatching(/send it as `token` in the body/),
    ]);
    expect((await refused({ token: 'a-token-that-nobody-ever-gave' }))[0]).toBe(401);
    const insights = await api.tokenWith(['insights']);
    expect(await refused({ token: insights })).toEqual([
      403,
      "Usage reports need the right 'usage', which this caller does not have.",
    ]);
    const scoped = await api.tokenWith(['usage'], ['project-a']);
    expect(await refused({ token: scoped })).toEqual([
      403,
      'Usage reports need a token for all projects.',
    ]);
    // A token in the header is not what the call is told: only the body counts.
    expect((await post({}, token)).status).toBe(401);
    const statuses = [];
    for (let times = 0; times < 12; times++) {
      statuses.push((await post({ token: `wrong-token-number-${times}-of-many` })).status);
    }
    expect(statuses.at(-1)).toBe(429);
    expect((await post({ token })).status).toBe(200);
    expect(api.logged.join()).not.toContain(token);
  });

  it('takes records at its door in JSON and in text', async () => {
    const line =
      '2026-03-14T12:00:00Z account_id=acc-1 access_id=p-1 access_type=api_key action=get_secret_value status=200 request_parameters={"name":"/a/b"}';
    const send = (body: string, type: string) =>
      api.ask<{ stored: number }>('/api/v1/ingest/akeyless?source=gateway', {
        body,
        headers: { 'content-type': type },
      });
    expect(await send(`${line}\nnothing\n`, 'text/plain')).toMatchObject({
      received: 2,
      stored: 1,
      rejected_total: 1,
    });
    expect(
      await send(
        JSON.stringify([{ timestamp: '2026-03-14T12:00:01Z', action: 'auth', status: 401 }]),
        'application/json',
      ),
    ).toMatchObject({ stored: 1 });
    const wrong = await api.call('/api/v1/ingest/akeyless', {
      body: line,
      headers: { 'content-type': 'text/html' },
    });
    expect(wrong.status).toBe(415);
    expect(await api.ask('/api/v1/ingest/akeyless', { body: '{"ping":"ok"}' })).toEqual({
      pong: 'ok',
    });
  });

  (sdk ? it : it.skip)(
    "answers Akeyless's own client (skipped where it is not installed)",
    async () => {
      if (!sdk) return;
      const client = new sdk.V2Api(new sdk.ApiClient(`${api.url}/api/v1/akeyless`));
      const body = sdk.GetAnalyticsData.constructFromObject({ token, json: true });
      const data = (await client.getAnalyticsData(body)) as Analytics;
      expect(data.date_updated).toBe(Date.parse('2026-03-15T06:00:00Z') / 1_000);
      expect(data.usage_reports.sm).toMatchObject({ total_clients: 18 });
      expect(data.certificates_expiry_data.risk_counts.healthy).toBe(11);
      expect(data.clients_usage_reports.sm?.clients[0]?.exceeded_clients).toBe(2);
    },
  );
});
