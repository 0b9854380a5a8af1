import type { Catalogue, InsightResult, Problem } from '../contract';
import { event, payments, search, someEvents } from './testing/events';
import { startApi } from './testing/start-api';
import type { Api } from './testing/start-api';

let api: Api;
const events = someEvents();
const reads = (matches: (event: Record<string, unknown>) => boolean): number =>
  events.filter(matches).length;
const environmentOf = (each: Record<string, unknown>): unknown =>
  (each.eventMetadata as Record<string, unknown>).environment;

beforeAll(async () => {
  api = await startApi();
  await api.ask('/api/v1/ingest/infisical', { body: events });
});
afterAll(() => api.close());

const totals = async (query: string): Promise<Record<string, unknown>> => {
  const { rows } = await api.ask<InsightResult>(`/api/v1/insights/access-totals?${query}`);
  return rows[0] ?? {};
};

describe('the catalogue', () => {
  it('has the version and every insight', async () => {
    const catalogue = await api.ask<Catalogue>('/api/v1/insights');
    expect(catalogue.version).toBe('0.1.0');
    expect(catalogue.insights.map(({ id }) => id)).toContain('access-volume');
  });
});

describe('one insight', () => {
  it('answers in JSON with columns, rows and meta', async () => {
    const response = await api.call('/api/v1/insights/top-actors?from=now-7d');
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    const { columns, rows, meta } = (await response.json()) as InsightResult;
    expect(columns.map(({ key }) => key)).toEqual([
      'actor_type',
      'actor_name',
      'label',
      'reads',
      'share',
    ]);
    expect(rows.map(({ label, reads: count }) => [label, count])).toEqual([
      ['Identity: ci-runner (200)', 200],
      ['User: =ada@example.org (100)', 100],
    ]);
    expect(meta).toMatchObject({ insight: 'top-actors', zone: 'UTC', rows: 2, truncated: false });
  });

  it.each([
    ['environment=prod', (each: Record<string, unknown>) => environmentOf(each) === 'prod'],
    ['environment=prod&environment=dev', () => true],
    ['environment=', () => true],
    ['environment.not-in=prod', (each: Record<string, unknown>) => environmentOf(each) !== 'prod'],
    [
      'secret_path.glob=/app/**',
      (each: Record<string, unknown>) => JSON.stringify(each).includes('/app/api'),
    ],
    ['ip.cidr=10.0.0.0/8', () => true],
    ['ip.not-cidr=10.0.0.0/8', () => false],
    ['project=Payments', (each: Record<string, unknown>) => each.projectId === payments.id],
    [
      `project=${encodeURIComponent(search.name)}`,
      (each: Record<string, unknown>) => each.projectId === search.id,
    ],
  ])('filters by %s', async (query, matches) => {
    expect((await totals(`from=now-30d&${query}`)).reads).toBe(reads(matches));
  });

  it('gives a name that is both to the parameter', async () => {
    const { rows } = await api.ask<InsightResult>(
      '/api/v1/insights/top-actors?from=now-7d&limit=1',
    );
    expect(rows).toHaveLength(1);
    const { meta } = await api.ask<InsightResult>(
      '/api/v1/insights/access-volume?from=now-7d&limit=3',
    );
    expect(meta).toMatchObject({ rows: 3, truncated: true });
  });

  it.each([
    ['access-totals?planet=mars', 'planet', "access-totals takes no 'planet'."],
    ['access-totals?constructor=x', 'constructor', "access-totals takes no 'constructor'."],
    ['access-volume?bucket=year', 'bucket', 'bucket must be one of'],
    ['access-volume?limit=0', 'limit', 'limit must be a whole number from 1 to 100000'],
    ['access-volume?from=tomorrow', 'from', 'from must be a time such as'],
    ['access-volume?from=now&to=now-1d', 'from', 'from must be before to.'],
    ['access-volume?to=now', 'from', 'from is missing'],
    ['access-volume?zone=Mars', 'zone', 'zone must be an IANA time zone'],
    ['access-volume?zone=UTC&zone=Europe/Berlin', 'zone', 'zone takes one value, not 2.'],
    ['access-volume?format=xml', 'format', 'format must be json or csv'],
    ['access-volume?cursor=1', 'cursor', 'takes no cursor'],
    ['access-totals?ip.cidr=10.0.0.0', 'ip', 'needs a range such as'],
    ['access-totals?ip.glob=1', 'ip', "takes in, not-in, cidr, not-cidr, not 'glob'"],
  ])('refuses %s in one sentence that names the field', async (path, field, sentence) => {
    const response = await api.call(`/api/v1/insights/${path}`);
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    const problem = (await response.json()) as Problem;
    expect(problem).toMatchObject({ status: 400, title: 'Bad Request', field });
    expect(problem.detail).toContain(sentence);
  });

  it('does not know others', async () => {
    const response = await api.call('/api/v1/insights/no-such-insight');
    expect(response.status).toBe(404);
    expect(((await response.json()) as Problem).detail).toContain('There are: access-volume');
  });
});

describe('CSV', () => {
  it.each([
    ['by Accept', '', { accept: 'text/csv' }],
    ['by format', '&format=csv', { accept: 'application/json' }],
  ])('is chosen %s', async (_, query, headers) => {
    const response = await api.call(`/api/v1/insights/top-actors?from=now-7d${query}`, { headers });
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await response.text()).toBe(
      'actor_type,actor_name,label,reads,share\r\n' +
        'Identity,ci-runner,Identity: ci-runner (200),200,0.6666666666666666\r\n' +
        // No guard here: programs read this, and a changed cell would be a wrong one.
        'User,=ada@example.org,User: =ada@example.org (100),100,0.3333333333333333\r\n',
    );
  });

  it('keeps the JSON default, also for a browser', async () => {
    const response = await api.call('/api/v1/insights/top-actors', {
      headers: { accept: 'text/html' },
    });
    expect(response.headers.get('content-type')).toContain('application/json');
  });

  it('quotes commas, quotes, and line ends of every kind', async () => {
    const name = 'a,b "c"\rd\ne\r\nf';
    await api.ask('/api/v1/ingest/infisical', {
      body: [
        event({ createdAt: '2026-01-05T00:00:00Z', actorMetadata: { identityId: 'odd', name } }),
      ],
    });
    const csv = await (
      await api.call('/api/v1/insights/top-actors?from=2026-01-05&to=2026-01-06&format=csv')
    ).text();
    expect(csv.split('\r\nIdentity,')[1]).toMatch(/^"a,b ""c""\rd\ne\r\nf",/);
  });
});

describe('values of a field', () => {
  const valuesOf = async (path: string): Promise<unknown[]> =>
    (
      await api.ask<{ values: { value: string; label: string }[] }>(`/api/v1/fields/${path}`)
    ).values.map(({ label }) => label);

  it('come the most frequent first, searched, filtered and limited', async () => {
    expect(await valuesOf('environment/values')).toEqual(['prod', 'dev']);
    expect(await valuesOf('environment/values?search=DE')).toEqual(['dev']);
    expect(await valuesOf('environment/values?limit=1')).toEqual(['prod']);
    expect(await valuesOf('project/values?environment=prod')).toEqual(['Payments', search.name]);
    expect(await valuesOf('actor/values?actor_type=User')).toEqual(['=ada@example.org']);
  });

  it.each([
    ['planet/values', 'field'],
    ['environment/values?planet=mars', 'planet'],
    ['environment/values?constructor=x', 'constructor'],
    ['environment/values?limit=1001', 'limit'],
    ['environment/values?ip.cidr=x', 'ip'],
    ['environment/values?environment.glob=x', 'environment'],
  ])('refuses %s naming the field', async (path, field) => {
    const response = await api.call(`/api/v1/fields/${path}`);
    expect(response.status).toBe(400);
    expect(((await response.json()) as Problem).field).toBe(field);
  });
});
