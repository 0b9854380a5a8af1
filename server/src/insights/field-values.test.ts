import { keepReported } from '../../test/akeyless-world';
import { at, everyone, now, openTestStore } from '../../test/harness';
import type { TestStore } from '../../test/harness';
import { readEvent } from '../../test/events';
import type { Filter } from '../contract';
import { orgId } from '../store/org-id';
import { fieldValues } from './field-values';
import type { FieldValuesRequest } from './field-values';
import type { Caller } from './run';

describe('values of a field', () => {
  let test: TestStore;

  beforeAll(async () => {
    test = await openTestStore();
    const path = (secretPath: string) => ({ eventMetadata: { environment: 'prod', secretPath } });
    await test.ingest([
      readEvent({ ...path('/a'), projectName: 'Payments' }),
      readEvent(path('/a')),
      readEvent(path('/b "quoted", 100%')),
      readEvent({ ...path('/ÜNÏ/😀'), projectId: 'project-b', projectName: 'Zeta' }),
      readEvent({ ...path(''), projectId: '', actorMetadata: { identityId: 'i9', name: 'twin' } }),
      readEvent({ ...path('/a'), actorMetadata: { identityId: 'i8', name: 'twin' } }),
      readEvent({ ...path('/old'), createdAt: '2026-01-01T00:00:00.000Z' }),
      readEvent({ ...path('/live'), createdAt: '2026-03-15T10:30:03.000Z' }),
    ]);
  });
  afterAll(() => test.close());

  const ask = async (
    field: string,
    parts: Partial<FieldValuesRequest> = {},
    caller: Caller = everyone,
  ) => fieldValues(await test.insights(), { field, limit: 100, filters: [], ...parts }, caller);
  const only = async (...asked: Parameters<typeof ask>) =>
    (await ask(...asked)).values.map(({ value }) => value);

  it('lists those of the last thirty days, the most frequent first, and no empty one', async () => {
    expect(await ask('secret_path')).toEqual({
      field: 'secret_path',
      values: ['/a', '/b "quoted", 100%', '/ÜNÏ/😀'].map((value) => ({ value, label: value })),
      truncated: false,
    });
  });

  it('looks where it is told to', async () => {
    const range = { from: at('2025-12-31T00:00:00Z'), to: at('2026-01-02T00:00:00Z') };
    expect(await only('secret_path', { range })).toEqual(['/old']);
  });

  it('finds text as it stands, upper and lower case alike', async () => {
    expect(await only('secret_path', { search: 'ünï' })).toEqual(['/ÜNÏ/😀']);
    expect(await only('secret_path', { search: '", 100%' })).toEqual(['/b "quoted", 100%']);
    expect(await only('secret_path', { search: '%' })).toEqual(['/b "quoted", 100%']);
    expect(await only('secret_path', { search: "'; DROP" })).toEqual([]);
  });

  it('shows names of actors and projects and keeps their ids', async () => {
    expect((await ask('actor', { search: 'TWIN' })).values).toEqual([
      { value: 'i8', label: 'twin' },
      { value: 'i9', label: 'twin' },
    ]);
    expect((await ask('project', { search: 'zet' })).values).toEqual([
      { value: 'project-b', label: 'Zeta' },
    ]);
  });

  it('lists only what the other filters leave over', async () => {
    const filters: Filter[] = [{ field: 'project', op: 'in', values: ['Zeta'] }];
    expect(await only('secret_path', { filters })).toEqual(['/ÜNÏ/😀']);
  });

  it('takes filters as the insights do', async () => {
    const actors: Filter[] = [{ field: 'actor_type', op: 'in', values: ['identity', ''] }];
    expect(await only('environment', { filters: actors })).toEqual(['prod']);
    for (const [field, op, sentence] of [
      [
        'planet',
        'in',
        /^The list of environment cannot be filtered by 'planet'. It can by: source, /,
      ],
      ['environment', 'glob', /^The filter on environment takes in, not-in, not 'glob'.$/],
      ['ip', 'cidr', /^The filter on ip needs a range such as /],
    ] as const) {
      const filters: Filter[] = [{ field, op, values: ['x'] }];
      await expect(ask('environment', { filters })).rejects.toMatchObject({
        status: 400,
        field,
        message: expect.stringMatching(sentence) as string,
      });
    }
  });

  it('needs the right to see metadata for a filter on it', async () => {
    const caller: Caller = { capabilities: new Set(['insights']), projects: null };
    for (const field of ['text', 'metadata.secretPath', 'event_metadata', 'actor_metadata']) {
      const filters: Filter[] = [{ field, op: 'contains', values: ['twin'] }];
      await expect(ask('environment', { filters }, caller)).rejects.toMatchObject({
        status: 403,
        field,
        message: `The filter on ${field} needs the right 'audit', which this caller does not have.`,
      });
    }
    const filters: Filter[] = [{ field: 'actor_metadata', op: 'contains', values: ['twin'] }];
    expect(await only('actor', { filters })).toEqual(['i8', 'i9']);
  });

  it('looks at the five seconds that live dashboards share', async () => {
    const insights = await test.insights({ now: () => now + 2_000 });
    const range = { from: now, to: now + 2_000 };
    const { values } = await fieldValues(
      insights,
      { field: 'secret_path', limit: 10, filters: [], range },
      everyone,
    );
    expect(values).toEqual([{ value: '/live', label: '/live' }]);
  });

  it('refuses a range that no insight would take', async () => {
    for (const range of [
      { from: 2, to: 1 },
      { from: 0, to: at('2300-01-01T00:00:00Z') },
    ]) {
      await expect(ask('secret_path', { range })).rejects.toMatchObject({
        status: 400,
        field: 'from',
      });
    }
  });

  it('cuts at the limit and says so', async () => {
    expect(await ask('secret_path', { limit: 2 })).toMatchObject({
      values: [{ value: '/a' }, { value: '/b "quoted", 100%' }],
      truncated: true,
    });
    expect(await ask('secret_path', { limit: 3 })).toMatchObject({ truncated: false });
  });

  it('shows nothing of projects that the caller may not see', async () => {
    const caller = { ...everyone, projects: ['project-b'] };
    expect(await only('secret_path', {}, caller)).toEqual(['/ÜNÏ/😀']);
    expect(await only('actor', {}, { ...everyone, projects: [] })).toEqual([]);
  });

  it('refuses fields without a list and callers without the right', async () => {
    for (const field of ['event_metadata', 'planet', 'constructor', 'text']) {
      await expect(ask(field)).rejects.toMatchObject({
        status: 400,
        message: expect.stringMatching(
          `^There are no values to list for '${field}'. There are for: source, vendor, .*outcome.*\\.$`,
        ) as string,
      });
    }
    await expect(
      ask('source', {}, { capabilities: new Set(['audit']), projects: null }),
    ).rejects.toMatchObject({ status: 403 });
  });

  it('names an account as its reports do, and keeps the id that its events have', async () => {
    const record = {
      timestamp: '2026-03-14T06:00:00Z',
      account_id: 'acc-second',
      access_id: 'p-1',
      action: 'get_secret_value',
      status: 200,
    };
    await test.ingestAkeyless(JSON.stringify(record), { now });
    await keepReported(test, { account: 'acc-second', at: '2026-03-14T06:00:00Z' });
    expect((await ask('org', { search: 'SECOND' })).values).toEqual([
      { value: orgId('acc-second'), label: 'acc-second' },
    ]);
  });
});
