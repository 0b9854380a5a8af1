import type { InsightResult, QueryBatchResult } from '../contract';
import { someEvents } from './testing/events';
import { grafanaToken, now, startApi } from './testing/start-api';
import type { Api } from './testing/start-api';

let api: Api;
beforeAll(async () => {
  api = await startApi();
  await api.ask('/api/v1/ingest/infisical', { body: someEvents() });
});
afterAll(() => api.close());

const range = { from: now - 7 * 86_400_000, to: now };
const ask = (queries: unknown[]): Promise<QueryBatchResult> =>
  api.ask('/api/v1/query', { body: { queries } });

interface Frame {
  schema: { refId: string; fields: { name: string }[] };
  data: { values: unknown[][] };
}
const firstFrame = ({ results }: QueryBatchResult, refId: string): Frame =>
  results[refId]?.frames[0] as Frame;

describe('a batch', () => {
  it('answers every query on its own, the failing ones with a sentence and a status', async () => {
    const answer = await ask([
      {
        refId: 'A',
        query: { insight: 'top-actors', params: { limit: '1' } },
        range,
        intervalMs: 1,
        maxDataPoints: 500,
      },
      { refId: 'B', query: { insight: 'no-such-insight' }, range },
      { refId: 'C', query: { insight: 'top-actors', params: { limit: 'many' } }, range },
      {
        refId: 'D',
        query: {
          insight: 'top-actors',
          filters: [{ field: 'environment', op: 'like', values: [] }],
        },
        range,
      },
      { refId: 'E', query: { insight: 'top-actors' }, range: { from: 'now-7d', to: 'now' } },
      { refId: 'F', query: 'top-actors', range },
      {
        refId: 'G',
        query: { insight: 'top-actors' },
        range: { from: 0, to: 8_640_000_000_000_000 },
      },
      { refId: '__proto__', query: { insight: 'access-totals' }, range },
    ]);
    expect(Object.keys(answer.results).sort()).toEqual([
      'A',
      'B',
      'C',
      'D',
      'E',
      'F',
      'G',
      '__proto__',
    ]);
    expect(answer.results.A).not.toHaveProperty('error');
    const frame = firstFrame(answer, 'A');
    expect(frame.schema.refId).toBe('A');
    expect(frame.schema.fields.map(({ name }) => name)).toEqual([
      'actor_type',
      'actor_name',
      'label',
      'reads',
      'share',
    ]);
    expect(frame.data.values[2]).toEqual(['Identity: ci-runner (200)']);
    for (const [refId, status, sentence] of [
      ['B', 404, "There is no insight 'no-such-insight'"],
      ['C', 400, 'limit must be a whole number'],
      ['D', 400, 'query.filters.0.op'],
      ['E', 400, 'range.from'],
      ['F', 400, 'query'],
      ['G', 400, 'range.to'],
    ] as const) {
      expect(answer.results[refId]).toEqual({
        frames: [],
        status,
        error: expect.stringContaining(sentence) as string,
      });
    }
  });

  it('keeps half of the connections free, and the answers in their order', async () => {
    const { store, config } = api;
    let underWay = 0;
    let most = 0;
    const rows = store.rows.bind(store);
    const watched = jest.spyOn(store, 'rows').mockImplementation(async (statement, asker) => {
      most = Math.max(most, (underWay += 1));
      return rows(statement, asker).finally(() => (underWay -= 1));
    });
    const refIds = Array.from({ length: 12 }, (_, index) => `Q${index}`);
    const answer = await ask(
      refIds.map((refId, index) => ({
        refId,
        query: { insight: 'top-actors', params: { limit: index + 1 } },
        range: { from: range.from, to: range.to - index * 60_000 },
      })),
    );
    watched.mockRestore();
    expect(most).toBe(config.limits.connections / 2);
    expect(Object.keys(answer.results)).toEqual(refIds);
    expect(firstFrame(answer, 'Q0').data.values[2]).toEqual(['Identity: ci-runner (200)']);
    expect(firstFrame(answer, 'Q11').data.values[2]).toHaveLength(2);
  });

  it('agrees with the same question asked in REST', async () => {
    const filters = [{ field: 'environment', op: 'in', values: ['dev'] }];
    const answer = await ask([{ refId: 'A', query: { insight: 'access-totals', filters }, range }]);
    const { fields } = firstFrame(answer, 'A').schema;
    const values = firstFrame(answer, 'A').data.values.map(([value]) => value);
    const { rows } = await api.ask<InsightResult>(
      `/api/v1/insights/access-totals?environment=dev&from=${range.from}&to=${range.to}`,
    );
    expect(Object.fromEntries(fields.map(({ name }, index) => [name, values[index]]))).toEqual(
      rows[0],
    );
    expect(rows[0]?.reads).toBe(75);
  });

  it('gives an alert rule one series for each thing that has a name', async () => {
    const answer = await ask([
      { refId: 'A', query: { insight: 'coverage', format: 'numeric' }, range },
    ]);
    expect(answer.results.A).not.toHaveProperty('error');
    expect(JSON.stringify(answer.results.A?.frames)).toContain('"labels":{');
  });

  it.each([
    [{}, 'queries'],
    [{ queries: [{ query: {} }] }, 'queries.0.refId'],
    [{ queries: [{ refId: 'A' }, { refId: 'A' }] }, 'refId'],
    [{ queries: Array.from({ length: 101 }, (_, index) => ({ refId: String(index) })) }, 'queries'],
    [[], 'body'],
  ])('%j is refused as a whole', async (body, field) => {
    const response = await api.call('/api/v1/query', { body });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ field });
  });

  it('of too many queries is told how many it may have', async () => {
    const queries = Array.from({ length: 101 }, (_, index) => ({ refId: String(index) }));
    expect(await api.ask('/api/v1/query', { body: { queries } })).toMatchObject({
      detail: 'queries: a batch takes at most 100 queries.',
    });
  });

  it.each([
    ['text/plain', '{"queries":[]}', 415],
    ['application/x-www-form-urlencoded', 'queries=', 415],
    ['application/json', '{"queries":', 400],
    ['application/json', `{"queries":[],"x":"${'x'.repeat(1_100_000)}"}`, 413],
  ])('a body of %s that is not fit is refused', async (type, body, status) => {
    const response = await api.call('/api/v1/query', { body, headers: { 'content-type': type } });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
  });

  it('is nothing to GET', async () => {
    expect((await api.call('/api/v1/query')).status).toBe(404);
  });
});

describe('an alert rule', () => {
  const queries = [{ refId: 'A', query: { insight: 'access-totals' }, range }];
  const headers = { 'x-secret-insights-surface': 'alert' };

  it('is answered in a lane of its own, and only Grafana can say that it is one', async () => {
    const asked = { body: { queries }, token: grafanaToken, headers };
    await api.ask('/api/v1/ingest/infisical', { body: someEvents() });
    const answer = await api.ask<QueryBatchResult>('/api/v1/query', asked);
    expect(firstFrame(answer, 'A').data.values.flat().length).toBeGreaterThan(0);
    const metrics = await (await api.call('/metrics')).text();
    expect(metrics).toMatch(/statement_seconds_count\{surface="alert",outcome="ok"\} [1-9]/);
    expect(metrics).toMatch(/secret_insights_statements\{lane="alert",state="running"\} 0/);
    expect(metrics).toMatch(/secret_insights_answers_bytes\{what="limit"\} 67108864/);
    const refused = await api.call('/api/v1/query', { body: { queries }, headers });
    expect(refused.status).toBe(400);
  });
});
