import fc from 'fast-check';
import type { Filter, FilterOperator, Row } from '../contract';
import { ask, everyone, openTestStore, span } from '../../test/harness';
import type { TestStore } from '../../test/harness';
import { environments, keys, nastyTexts, orgA, paths, readEvent } from '../../test/events';
import { passes } from '../../test/oracle-filter';
import { distinct } from '../../test/oracle-events';
import type { Fact } from '../../test/oracle-events';
import { projects } from '../../test/events';
import { fillWorld } from '../../test/world';
import type { FilledWorld } from '../../test/world';
import { events as eventsInsight } from './events';
import type { Insights } from './insights';

const names = new Map(
  projects.flatMap(({ projectId, projectName }) =>
    projectId !== undefined && projectName !== undefined ? [[projectId, projectName]] : [],
  ),
);
const nameOf = (id: string): string => names.get(id) ?? id;

/** What the audit insights add to the filters of the others: keys inside lists, and actors of one type. */
function found(fact: Fact, filter: Filter): boolean {
  if (filter.values.length === 0) return true;
  if (filter.field === 'secret_key') {
    const listed = Array.isArray(fact.metadata.secrets)
      ? (fact.metadata.secrets as { secretKey: string }[]).map(({ secretKey }) => secretKey)
      : [];
    const opposite = filter.op.replace(/^not-/, '');
    const positive = {
      ...filter,
      op: opposite === 'in' || opposite === 'contains' ? opposite : filter.op,
    };
    const any = [fact.secret_key, ...listed].some((secret_key) =>
      passes({ ...fact, secret_key }, positive, nameOf),
    );
    return filter.op.startsWith('not-') ? !any : any;
  }
  if (['user', 'identity', 'service'].includes(filter.field)) {
    const named =
      fact.raw_actor_type === filter.field &&
      passes(fact, { ...filter, field: 'actor', op: 'in' }, nameOf);
    return filter.op === 'not-in' ? !named : named;
  }
  return passes(fact, filter, nameOf);
}

interface Question {
  range: { from: number; to: number };
  filters: Filter[];
}

describe('events found by filters', () => {
  let test: TestStore;
  let world: FilledWorld;
  let insights: Insights;
  let facts: (Fact & { id: string })[];

  beforeAll(async () => {
    test = await openTestStore();
    world = await fillWorld(test, { seed: 51, count: 1_500 });
    insights = await test.insights();
    const ids = new Map(
      world.deliveries.map(({ event }) => [`${event.orgId} ${event.id}`, event.id]),
    );
    const unique = distinct(world.deliveries);
    facts = unique.map((fact, index) => ({ ...fact, id: [...ids.values()][index] ?? '' }));
  });
  afterAll(() => test.close());

  const wanted = ({ range, filters }: Question) =>
    facts.filter(
      (fact) =>
        fact.time >= range.from &&
        fact.time < range.to &&
        filters.every((filter) => found(fact, filter)),
    );
  const sorted = (rows: readonly { time: string; id: string }[]) =>
    rows.map(({ time, id }) => `${time} ${id}`).sort();

  const compare = async ({ range, filters }: Question) => {
    const { rows, meta } = await ask(insights, 'events', {
      range,
      filters,
      params: { limit: 10_000 },
    });
    const expected = wanted({ range, filters });
    expect(sorted(rows as unknown as { time: string; id: string }[])).toEqual(
      sorted(expected.map(({ time, id }) => ({ time: new Date(time).toISOString(), id }))),
    );
    expect(meta.truncated).toBe(false);
    return expected;
  };

  const all = span('2024-01-01T00:00:00Z', '2026-03-15T10:30:00Z');

  it('gives every event once, newest first', async () => {
    const expected = await compare({ range: all, filters: [] });
    expect(expected.length).toBeGreaterThan(1_500);
    const { rows } = await ask(insights, 'events', { range: all, params: { limit: 10_000 } });
    const times = rows.map((row) => String(row.time));
    expect(times).toEqual([...times].sort().reverse());
  });

  const listed = (field: string, ...values: readonly string[]) =>
    fc.record({
      field: fc.constant(field),
      op: fc.constantFrom<FilterOperator>('in', 'not-in'),
      values: fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 }),
    });
  const textual = (
    field: string,
    values: readonly string[],
    more: readonly FilterOperator[] = [],
  ) =>
    fc.record({
      field: fc.constant(field),
      op: fc.constantFrom<FilterOperator>(
        'in',
        'not-in',
        'prefix',
        'contains',
        'not-contains',
        ...more,
      ),
      values: fc.uniqueArray(
        fc.oneof(
          { weight: 4, arbitrary: fc.constantFrom(...values.filter((value) => value !== '')) },
          { weight: 1, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 3 }) },
        ),
        { minLength: 1, maxLength: 3 },
      ),
    });
  const glob = fc.record({
    field: fc.constantFrom('secret_path', 'secret_key'),
    op: fc.constant<FilterOperator>('glob'),
    values: fc.uniqueArray(
      fc.constantFrom(
        '/**',
        '/app/*',
        '/app/**',
        '*',
        '**',
        '/app?[[]x]*',
        '*_*',
        '?PI_KEY',
        '/ünï/?',
      ),
      { minLength: 1, maxLength: 2 },
    ),
  });
  const cidr = fc.record({
    field: fc.constant('ip'),
    op: fc.constantFrom<FilterOperator>('cidr', 'not-cidr'),
    values: fc.uniqueArray(
      fc.constantFrom(
        '10.0.0.0/8',
        '0.0.0.0/0',
        '192.168.1.77/32',
        '2001:db8::/32',
        '2001:db8::/33',
        '::/0',
      ),
      { minLength: 1, maxLength: 2 },
    ),
  });
  const people = ['u1', 'ann@example.com', 'twin', 'i1', 'ci', 's2', 'Unknown', ...nastyTexts];
  const filter: fc.Arbitrary<Filter> = fc.oneof(
    listed('project', 'project-a', 'Payments', 'project-d', 'nobody'),
    listed('environment', ...environments.filter((each) => each !== '')),
    listed('org', orgA),
    listed('actor', ...people),
    listed('user', ...people),
    listed('identity', ...people),
    listed('service', ...people),
    listed('actor_type', 'user', 'identity', 'Service', 'Platform'),
    listed('actor_kind', 'human', 'machine'),
    listed('class', 'management', 'authentication', 'authorization', 'data-access'),
    listed('auth_method', 'OIDC', 'Unknown', 'Universal Auth', 'Service Token'),
    listed('client_type', 'cli', 'web', 'other'),
    listed('outcome', 'success', 'denied', 'failure'),
    listed('ip', '10.0.0.1', '2001:db8::1', 'not-an-ip'),
    cidr,
    glob,
    textual('secret_path', paths),
    textual('secret_key', keys),
    textual('event', ['get-secret', 'get-secrets', 'update-secrets', 'secret', 'create']),
    textual('user_agent', ['cli', 'Mozilla/', ...nastyTexts]),
    textual('metadata.tags.owner', nastyTexts),
    textual('metadata.secretKey', keys),
    listed('metadata.secretKey', 'DATABASE_URL', 'API_KEY', 'no such key'),
    textual('metadata.numberOfSecrets', ['1', '17', '200']),
    textual('metadata.a\'b"c', ['x']),
    fc.record({
      field: fc.constant('text'),
      op: fc.constantFrom<FilterOperator>('contains', 'not-contains'),
      values: fc.uniqueArray(fc.constantFrom('database_url', '/APP', 'secretversion', '😀'), {
        minLength: 1,
        maxLength: 2,
      }),
    }),
  );
  const bound = (from: string, to: string) =>
    fc.integer({ min: Date.parse(from), max: Date.parse(to) });
  const question: fc.Arbitrary<Question> = fc.record({
    range: fc.record({
      from: bound('2024-01-01T00:00:00Z', '2026-03-10T00:00:00Z'),
      to: bound('2026-03-10T00:00:01Z', '2026-03-15T10:20:00Z'),
    }),
    filters: fc.array(filter, { minLength: 1, maxLength: 3 }),
  });

  it('equals a plain filter over the same events, whatever is asked', async () => {
    let matches = 0;
    await fc.assert(
      fc.asyncProperty(question, async (each) => {
        matches += (await compare(each)).length;
      }),
      { seed: 20260315, numRuns: 300 },
    );
    expect(matches).toBeGreaterThan(1_000);
  }, 240_000);

  it('counts what it finds', async () => {
    await fc.assert(
      fc.asyncProperty(question, async ({ range, filters }) => {
        const { rows } = await ask(insights, 'event-counts', {
          range,
          filters,
          params: { by: 'outcome', limit: 100 },
        });
        const expected = new Map<string, number>();
        for (const fact of wanted({ range, filters })) {
          expected.set(fact.outcome, (expected.get(fact.outcome) ?? 0) + fact.weight);
        }
        expect(new Map(rows.map((row) => [row.outcome, row.events]))).toEqual(expected);
      }),
      { seed: 20260316, numRuns: 40 },
    );
  }, 120_000);

  it('begins where the order says and stops at the limit', async () => {
    const { rows, meta } = await ask(insights, 'events', {
      range: all,
      params: { order: 'oldest', limit: 5 },
    });
    const oldest = facts.map(({ time }) => new Date(time).toISOString()).sort();
    expect(rows.map((row: Row) => row.time)).toEqual(oldest.slice(0, 5));
    expect(meta).toMatchObject({ truncated: true, rows: 5 });
  });

  it('shows what an event holds', async () => {
    const { rows } = await ask(insights, 'events', {
      range: all,
      filters: [{ field: 'event', op: 'in', values: ['create-secrets'] }],
      params: { limit: 10_000 },
    });
    const row = rows.find(({ source }) => source === 'stream');
    const event = world.events.find(({ id }) => id === row?.id);
    expect(Object.keys(row ?? {})).toEqual(Object.keys(eventsInsight.columns({})));
    expect(row).toMatchObject({
      event: 'create-secrets',
      class: 'management',
      event_metadata: event?.eventMetadata ?? {},
      actor_metadata: event?.actorMetadata ?? {},
      outcome: 'success',
    });
  });

  it('keeps to the projects of the caller, and to callers with the right audit', async () => {
    const caller = { ...everyone, projects: ['project-b'] };
    const { rows } = await ask(insights, 'events', {
      range: all,
      caller,
      params: { limit: 10_000 },
    });
    expect(rows).toHaveLength(facts.filter(({ project }) => project === 'project-b').length);
    await expect(
      ask(insights, 'events', {
        caller: { capabilities: new Set(['insights'] as const), projects: null },
      }),
    ).rejects.toThrow("events needs the right 'audit'");
  });

  it.each<[Filter, RegExp]>([
    [
      { field: 'colour', op: 'in', values: ['red'] },
      /^events cannot be filtered by 'colour'\. It can by: /,
    ],
    [
      { field: 'ip', op: 'cidr', values: ['10.0.0.0/33'] },
      /^The filter on ip needs a range such as/,
    ],
    [
      { field: 'ip', op: 'glob', values: ['10.*'] },
      /^The filter on ip takes in, not-in, cidr, not-cidr, not 'glob'\.$/,
    ],
    [
      { field: 'metadata.a..b', op: 'in', values: ['x'] },
      /^metadata\.a\.\.b names no member of the metadata/,
    ],
  ])('refuses %j in one sentence', async (each, sentence) => {
    await expect(ask(insights, 'events', { filters: [each] })).rejects.toThrow(sentence);
  });

  it('refuses a range that ends before it begins', async () => {
    await expect(
      ask(insights, 'events', { range: { from: all.to, to: all.from } }),
    ).rejects.toThrow('from must be before to.');
  });
});

describe('pages of events of one instant', () => {
  it('does not lose or repeat any among copies', async () => {
    const test = await openTestStore();
    const events = Array.from({ length: 40 }, () => readEvent());
    for (let copy = 0; copy < 9; copy++) await test.ingest(events);
    const { rows, meta } = await ask(await test.insights(), 'events', {
      range: span('2026-03-14T00:00:00Z', '2026-03-15T00:00:00Z'),
      params: { limit: 30 },
    });
    expect(new Set(rows.map(({ id }) => id)).size).toBe(30);
    expect(rows).toHaveLength(30);
    expect(meta.truncated).toBe(true);
    await test.close();
  });
});
