import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Catalogue, Problem } from '../contract';
import { Failure } from '../failure';
import { createLogger } from './log';
import { explain } from './problems';
import { event } from './testing/events';
import { startApi } from './testing/start-api';
import type { Api } from './testing/start-api';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

describe('OpenAPI', () => {
  type Operation = {
    description?: string;
    parameters?: { name?: string; $ref?: string }[];
    security?: unknown[];
  };
  interface OpenApi {
    paths: Record<string, Record<string, Operation>>;
    components: { parameters: Record<string, { name: string }> };
  }

  it('is valid', async () => {
    const file = join(api.config.paths.data, 'openapi.json');
    writeFileSync(file, await (await api.call('/openapi.json')).text());
    // A module that jest cannot load; Node itself can.
    const validator = require.resolve('@seriousme/openapi-schema-validator');
    const script = `
      const { Validator } = await import(${JSON.stringify(`file://${validator}`)});
      const validator = new Validator();
      const result = await validator.validate(${JSON.stringify(file)});
      console.log(JSON.stringify({ ...result, version: validator.version }));`;
    const said = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
    });
    expect(JSON.parse(said)).toEqual({ valid: true, version: '3.1' });
  });

  it('describes every insight with all of its parameters and filters', async () => {
    const { paths, components } = await api.ask<OpenApi>('/openapi.json');
    const { insights } = await api.ask<Catalogue>('/api/v1/insights');
    expect(insights.length).toBeGreaterThan(5);
    for (const { id, params, filters } of insights) {
      const described = paths[`/api/v1/insights/${id}`]?.get;
      const names = described?.parameters?.map(
        ({ name, $ref }) => name ?? components.parameters[$ref?.split('/').at(-1) ?? '']?.name,
      );
      const expected = [
        ...params.map(({ key }) => key),
        ...filters
          .map(({ field }) => field)
          .filter((field) => !/^(text|metadata\.<key>)$/.test(field)),
      ];
      const takesMetadata = filters.some(({ field }) => field === 'metadata.<key>');
      expect(described?.description?.includes('`metadata.<key>=value`')).toBe(takesMetadata);
      expect(names).toEqual(expect.arrayContaining([...expected, 'from', 'to', 'limit']));
      expect(new Set(names).size).toBe(names?.length);
    }
  });

  it('says which calls are open, and that is so', async () => {
    const { paths } = await api.ask<OpenApi>('/openapi.json');
    for (const [path, methods] of Object.entries(paths)) {
      for (const [method, { security }] of Object.entries(methods)) {
        const { status } = await api.call(path, { method: method.toUpperCase(), token: null });
        expect([path, status === 401]).toEqual([path, security === undefined]);
      }
    }
  });
});

describe('metrics', () => {
  it('count requests, statements and events, without names out of them', async () => {
    const body = [
      event({ actorMetadata: { identityId: 'x', name: 'canary' } }),
      event({ id: 'canary' }),
    ];
    await api.call('/api/v1/ingest/infisical?source=canary', { body });
    await api.call('/api/v1/insights/canary');
    await api.call('/canary');
    const response = await api.call('/metrics');
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    const metrics = await response.text();
    expect(metrics).toContain('secret_insights_ingest_events_total{outcome="stored"} 1');
    expect(metrics).toContain('secret_insights_ingest_events_total{outcome="rejected"} 1');
    expect(metrics).toContain(
      'secret_insights_http_request_seconds_count{route="/api/v1/insights/:id",method="GET",status="404"} 1',
    );
    expect(metrics).toContain(
      'secret_insights_http_request_seconds_count{route="none",method="GET",status="404"} 1',
    );
    expect(metrics).toMatch(
      /secret_insights_statement_seconds_count\{surface="ingest",outcome="ok"\} [1-9]/,
    );
    expect(metrics).toContain('process_resident_memory_bytes');
    expect(metrics).not.toContain('canary');
  });
});

describe('every answer', () => {
  it.each([
    '/healthz',
    '/api/v1/insights',
    '/no-such-address',
    '/%E0',
    '/openapi.json',
    '/metrics',
  ])('%s is data, not a page', async (path) => {
    const { headers } = await api.call(path);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-type')).not.toContain('html');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
    '%s finds nothing where only GET is',
    async (method) => {
      expect((await api.call('/api/v1/insights', { method })).status).toBe(404);
    },
  );

  it('to an address that is no text is a problem', async () => {
    const response = await api.call('/api/v1/insights/%E0');
    expect([response.status, ((await response.json()) as Problem).detail]).toEqual([
      400,
      'The address holds an escape that is no text.',
    ]);
  });
});

describe('a fault of ours', () => {
  const fault = new Error("Cannot parse 'row-with-canary'", { cause: new Error('canary') });

  it('is one sentence with an id', () => {
    const { problem, isOurs } = explain(fault, 'the-id');
    expect(isOurs).toBe(true);
    expect(problem).toEqual({
      type: 'urn:secret-insights:problem:bug',
      title: 'Internal Server Error',
      status: 500,
      detail: 'Something went wrong in the server; its log has more under the request id the-id.',
    });
  });

  it('is logged with its place and without what it quotes', () => {
    const lines: string[] = [];
    const log = createLogger('info', { write: (line) => void lines.push(line) });
    log.error({ err: new Failure('bug', 'sentence', { queryId: 'q1', cause: fault }) }, 'failed');
    expect(lines.join('')).toContain('service.test');
    expect(lines.join('')).toContain('"query_id":"q1"');
    expect(lines.join('')).not.toContain('canary');
  });
});

// The last: nothing works after it.
it('is not ready without its store, and still alive', async () => {
  expect((await api.call('/readyz', { token: null })).status).toBe(200);
  await api.store.close();
  const response = await api.call('/readyz', { token: null });
  expect(response.status).toBeGreaterThanOrEqual(500);
  expect(await response.text()).not.toContain('pool');
  expect((await api.call('/healthz', { token: null })).status).toBe(200);
});
