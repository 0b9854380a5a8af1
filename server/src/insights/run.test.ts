import { ask, everyone, openTestStore, span } from '../../test/harness';
import type { Asked, TestStore } from '../../test/harness';
import { readEvent } from '../../test/events';
import type { Filter, InsightQuery } from '../contract';
import { Failure } from '../failure';
import type { Sql } from '../store/sql';
import type { Asker } from '../store/store';
import { insights as catalogue } from './catalogue';
import { fieldValues } from './field-values';
import type { Insights } from './insights';
import { runInsight } from './run';

describe('answering an insight', () => {
  let test: TestStore;
  let insights: Insights;

  beforeAll(async () => {
    test = await openTestStore();
    await test.ingest([
      ...Array.from({ length: 30 }, (_, index) => readEvent({ ipAddress: `10.0.0.${index}` })),
      readEvent({ eventType: 'create-secret', createdAt: '2026-02-01T00:00:00.000Z' }),
      readEvent({ projectId: 'project-b', createdAt: '2026-02-01T00:00:00.000Z' }),
    ]);
    insights = await test.insights({ rows: 25 });
  });
  afterAll(() => test.close());

  async function refusal(insight: string, asked: Asked = {}): Promise<Failure> {
    const answer = await ask(insights, insight, asked).catch((error: unknown) => error);
    if (!(answer instanceof Failure)) throw new Error(`not refused: ${JSON.stringify(answer)}`);
    return answer;
  }
  const filtered = (
    field: string,
    op: 'in' | 'glob' | 'cidr' | 'contains',
    ...values: string[]
  ) => ({
    filters: [{ field, op, values }],
  });

  it.each<[string, Asked, string, string]>([
    [
      'access-volume',
      { params: { bucket: 'minute' } },
      'bucket',
      'bucket must be one of auto, hour, day, week, month, not "minute".',
    ],
    [
      'access-volume',
      { params: { top: 0 } },
      'top',
      'top must be a whole number from 1 to 100, not 0.',
    ],
    [
      'access-volume',
      { params: { top: '101' } },
      'top',
      'top must be a whole number from 1 to 100, not "101".',
    ],
    [
      'access-volume',
      { params: { top: 1.5 } },
      'top',
      'top must be a whole number from 1 to 100, not 1.5.',
    ],
    [
      'top-actors',
      { params: { merge: 'e-mail' } },
      'merge',
      'merge must be one of name, id, not "e-mail".',
    ],
    [
      'top-actors',
      { params: { limt: 3 } },
      'limt',
      "top-actors has no parameter 'limt'. It has: limit, merge, reads.",
    ],
    [
      'coverage',
      { params: { limit: 3 } },
      'limit',
      "coverage has no parameter 'limit'. It has none.",
    ],
    [
      'coverage',
      filtered('environment', 'in', 'prod'),
      'environment',
      "coverage cannot be filtered by 'environment'. It can by: source, project.",
    ],
    [
      'coverage',
      filtered('metadata.x', 'in', 'prod'),
      'metadata.x',
      "coverage cannot be filtered by 'metadata.x'. It can by: source, project.",
    ],
    [
      'access-totals',
      filtered('environment', 'glob', 'p*'),
      'environment',
      "The filter on environment takes in, not-in, not 'glob'.",
    ],
    [
      'access-totals',
      filtered('text', 'in', 'x'),
      'text',
      "The filter on text takes contains, not-contains, not 'in'.",
    ],
    [
      'access-totals',
      filtered('metadata.a', 'cidr', '10.0.0.0/8'),
      'metadata.a',
      "The filter on metadata.a takes in, not-in, prefix, contains, not-contains, not 'cidr'.",
    ],
    ...['10.0.0.0', '10.0.0.0/33', '10.0.0/8', '::/129', 'all', '10.0.0.0/8/8', '10.0.0.0/-1'].map(
      (value): [string, Asked, string, string] => [
        'access-totals',
        filtered('ip', 'cidr', value),
        'ip',
        `The filter on ip needs a range such as 10.0.0.0/8 or 2001:db8::/32, not '${value}'.`,
      ],
    ),
    ...[
      ['europe/berlin', 'Europe/Berlin'],
      ['AMERICA/NEW_YORK', 'America/New_York'],
      ['Utc', 'UTC'],
    ].map(([zone = '', meant = '']): [string, Asked, string, string] => [
      'access-volume',
      { zone },
      'zone',
      `zone must be written '${meant}', not '${zone}'.`,
    ]),
    ...['Mars/Phobos', 'US/Pacific-New', '+01:00', "UTC'); SELECT 1", '../etc/passwd'].map(
      (zone): [string, Asked, string, string] => [
        'access-volume',
        { zone },
        'zone',
        `zone must be an IANA time zone such as Europe/Berlin, not '${zone}'.`,
      ],
    ),
    [
      'access-volume',
      { range: span('2026-03-02T00:00:00Z', '2026-03-02T00:00:00Z') },
      'from',
      'from must be before to.',
    ],
    ['access-volume', { range: { from: NaN, to: 1 } }, 'from', 'from must be before to.'],
  ])('%s with %j is refused, naming %s', async (insight, asked, field, sentence) => {
    const failure = await refusal(insight, asked);
    expect(failure).toMatchObject({ status: 400, field, message: sentence });
  });

  const texts = (count: number): string[] =>
    Array.from({ length: count }, (_, index) => `v${index}`);
  const path = (keys: number): string => `metadata.${texts(keys).join('.')}`;

  it.each<[string, Filter[], string, string]>([
    [
      '51 filters',
      texts(51).map((value) => ({ field: 'environment', op: 'in', values: [value] })),
      'filters',
      'filters may be at most 50, not 51.',
    ],
    [
      '1,001 values',
      [{ field: 'environment', op: 'not-in', values: texts(1_001) }],
      'environment',
      'The filter on environment takes at most 1,000 values with not-in, not 1,001.',
    ],
    [
      '101 globs',
      [{ field: 'secret_path', op: 'glob', values: texts(101) }],
      'secret_path',
      'The filter on secret_path takes at most 100 values with glob, not 101.',
    ],
    [
      '101 texts',
      [{ field: 'text', op: 'not-contains', values: texts(101) }],
      'text',
      'The filter on text takes at most 100 values with not-contains, not 101.',
    ],
    [
      'a value that is too long',
      [{ field: 'secret_key', op: 'prefix', values: ['x'.repeat(10_001)] }],
      'secret_key',
      'A value of the filter on secret_key may have at most 10,000 characters, not 10,001.',
    ],
    [
      'a path of eleven keys',
      [{ field: path(11), op: 'in', values: ['x'] }],
      path(11),
      `The filter ${path(11)} names 11 keys, and a path in the metadata may have at most 10.`,
    ],
  ])('refuses %s', async (_, filters, field, sentence) => {
    expect(await refusal('access-totals', { filters })).toMatchObject({
      status: 400,
      field,
      message: sentence,
    });
  });

  it('takes as many as it says', async () => {
    const filters: Filter[] = [
      { field: 'environment', op: 'in', values: texts(1_000) },
      { field: 'secret_path', op: 'glob', values: texts(100) },
      { field: path(10), op: 'in', values: ['x'.repeat(10_000)] },
      ...texts(47).map((value): Filter => ({ field: 'ip', op: 'not-in', values: [value] })),
    ];
    expect((await ask(insights, 'access-totals', { filters })).rows[0]?.reads).toBe(0);
  });

  it.each(['text', 'metadata.secretKey'])(
    'asks for the right to see metadata before it filters by %s',
    async (field) => {
      const caller = { capabilities: new Set(['insights' as const]), projects: null };
      const filters: Filter[] = [{ field, op: 'contains', values: ['DATABASE'] }];
      expect(await refusal('access-totals', { filters, caller })).toMatchObject({
        status: 403,
        field,
        message: `The filter on ${field} needs the right 'audit', which this caller does not have.`,
      });
      const unset: Filter[] = [{ field, op: 'contains', values: [''] }];
      const answer = await ask(insights, 'access-totals', { filters: unset, caller });
      expect(answer.rows[0]?.reads).toBe(30);
    },
  );

  it('refuses a query of a version that it does not have', async () => {
    const asked = (version: number) =>
      runInsight(insights, { query: { insight: 'access-totals', version } }, everyone);
    expect((await asked(1)).meta.version).toBe(1);
    await expect(asked(2)).rejects.toMatchObject({
      status: 400,
      field: 'version',
      message:
        'access-totals is at version 1 on this server, and version 2 was asked for: update the server, or ask for version 1 in the dashboard.',
    });
  });

  it('leaves off every statement when the caller leaves', async () => {
    const signal = AbortSignal.abort();
    const asked: string[] = [];
    const store = new Proxy(insights.store, {
      get: (target, name): unknown =>
        name === 'rows'
          ? (statement: Sql, asker: Asker) => {
              asked.push(asker.signal === signal ? 'with the signal' : statement.compile().text);
              return target.rows(statement, { ...asker, signal: new AbortController().signal });
            }
          : Reflect.get(target, name, target),
    });
    const query = { insight: 'access-volume', filters: [{ field: 'ip', op: 'in', values: ['x'] }] };
    await runInsight({ ...insights, store }, { query: query as InsightQuery, signal }, everyone);
    await fieldValues(
      { ...insights, store },
      { field: 'ip', limit: 1, filters: [], signal },
      everyone,
    );
    expect(asked).toEqual(Array(4).fill('with the signal'));
  });

  it('names every field that an unknown filter could have been', async () => {
    const { message } = await refusal('access-totals', filtered('enviroment', 'in', 'prod'));
    expect(message).toBe(
      "access-totals cannot be filtered by 'enviroment'. It can by: source, vendor, org, project, environment, secret_path, secret_key, actor, actor_type, actor_kind, event, class, client_type, user_agent, ip, auth_method, outcome, text, metadata.<key>.",
    );
  });

  it('refuses dimensions that are unknown, too many or named twice', async () => {
    for (const by of ['planet', 'ip,ip', 'ip,event,class', ['ip', 'planet']]) {
      const failure = await refusal('access-breakdown', { params: { by } });
      expect(failure.message).toMatch(/^by must be up to 2 of environment, project, .*, not /);
      expect(failure.field).toBe('by');
    }
  });

  it('lists the insights there are where one is unknown', async () => {
    const failure = await refusal('top-secrts');
    expect(failure).toMatchObject({
      status: 404,
      message: `There is no insight 'top-secrts'. There are: ${catalogue.map(({ id }) => id).join(', ')}.`,
    });
  });

  it('asks for the right that an insight needs', async () => {
    const failure = await refusal('access-volume', {
      caller: { capabilities: new Set(['audit']), projects: null },
    });
    expect(failure).toMatchObject({
      status: 403,
      message: "access-volume needs the right 'insights', which this caller does not have.",
    });
  });

  it('takes numbers as text, lists as text and variables that are not ready', async () => {
    const plain = await ask(insights, 'access-breakdown', {
      params: { by: ['environment', 'ip'], limit: 2 },
    });
    const typed = await ask(insights, 'access-breakdown', {
      params: { by: 'environment,ip', limit: ' 2 ', reads: '' },
      filters: [{ field: 'environment', op: 'in', values: [''] }],
      zone: '',
    });
    expect(typed).toEqual(plain);
  });

  it('says so where rows are left out, at the ceiling of the server or below', async () => {
    const all = { params: { by: 'ip', limit: 10_000 } };
    const atCeiling = await ask(insights, 'access-breakdown', all);
    expect(atCeiling.rows).toHaveLength(25);
    expect(atCeiling.meta).toMatchObject({
      rows: 25,
      truncated: true,
      notices: [
        {
          severity: 'warning',
          text: 'Only the first 25 rows are shown. Add a filter, or ask for fewer.',
        },
      ],
    });
    expect((await ask(insights, 'access-breakdown', { ...all, limit: 30 })).rows).toHaveLength(25);
    const below = await ask(insights, 'access-breakdown', { ...all, limit: 3 });
    expect(below.rows).toEqual(atCeiling.rows.slice(0, 3));
    expect(below.meta.truncated).toBe(true);
    const fewer = await ask(insights, 'access-breakdown', { params: { by: 'ip', limit: 25 } });
    expect(fewer.meta).toMatchObject({ truncated: false, notices: [] });
  });

  it('says whether nothing happened or nothing was received', async () => {
    const march = span('2026-03-01T00:00:00Z', '2026-03-02T00:00:00Z');
    const nothing = await ask(insights, 'top-actors', { range: march });
    expect(nothing.rows).toEqual([]);
    expect(nothing.meta.notices).toEqual([
      {
        severity: 'info',
        text: "No event between 2026-03-01T00:00:00.000Z and 2026-03-02T00:00:00.000Z matches the filters. The insight 'coverage' shows what was received.",
      },
    ]);
    const february = span('2026-02-01T00:00:00Z', '2026-02-02T00:00:00Z');
    const noReads = await ask(insights, 'top-actors', {
      range: february,
      filters: [{ field: 'project', op: 'in', values: ['project-a'] }],
    });
    expect(noReads.meta.notices[0]?.text).toBe(
      'Nothing of this kind happened between 2026-02-01T00:00:00.000Z and 2026-02-02T00:00:00.000Z; 1 other events match the filters.',
    );
  });

  it('lets viewers of one live dashboard share an answer', async () => {
    const to = (iso: string) => span('2026-03-15T00:00:00Z', iso);
    const metaTo = async (iso: string) =>
      (await ask(insights, 'access-totals', { range: to(iso) })).meta.to;
    expect(await metaTo('2026-03-15T10:29:56.001Z')).toBe('2026-03-15T10:30:00.000Z');
    expect(await metaTo('2026-03-15T10:29:59.999Z')).toBe('2026-03-15T10:30:00.000Z');
    expect(await metaTo('2026-03-15T10:29:00.001Z')).toBe('2026-03-15T10:29:00.001Z');
  });

  it('answers any range, also one of many years', async () => {
    const range = { from: 0, to: Date.parse('2099-12-31T00:00:00Z') };
    const { rows } = await ask(insights, 'access-totals', { range });
    expect(rows[0]?.reads).toBe(31);
    const { rows: months } = await ask(await test.insights(), 'access-volume', {
      range,
      params: { bucket: 'month' },
    });
    expect(months).toHaveLength(130 * 12);
  });

  it('shows an actor of a project to those who may see the project, and to nobody else', async () => {
    const answerOf = async (projects: string[] | null) =>
      (
        await ask(insights, 'access-totals', {
          range: span('2026-01-01T00:00:00Z', '2026-03-15T10:30:00Z'),
          caller: { capabilities: new Set(['insights']), projects },
        })
      ).rows[0]?.requests;
    expect(await answerOf(null)).toBe(32);
    expect(await answerOf(['project-b'])).toBe(1);
    expect(await answerOf([])).toBe(0);
  });
});
