import * as fc from 'fast-check';
import { ask, openTestStore, span } from '../../test/harness';
import type { TestStore } from '../../test/harness';
import { collectorId, environments, keys, nastyTexts, paths } from '../../test/events';
import type { Dimension, OracleQuestion } from '../../test/oracle';
import { sortedRows } from '../../test/rows';
import { fillWorld } from '../../test/world';
import type { FilledWorld } from '../../test/world';
import type { Filter, FilterOperator } from '../contract';
import { eventDimensions } from './access-filters';
import type { Insights } from './insights';

const range = span('2026-02-20T05:00:00Z', '2026-03-15T10:30:00Z');

describe.each([false, true])('filters (closed: %s)', (isClosed) => {
  let test: TestStore;
  let world: FilledWorld;
  let insights: Insights;

  beforeAll(async () => {
    test = await openTestStore();
    world = await fillWorld(test, { seed: 8, count: 1000, collectors: [collectorId], isClosed });
    insights = await test.insights({ collectorIdentities: [collectorId] });
  });
  afterAll(() => test.close());

  async function compareTotals(filters: Filter[]): Promise<void> {
    const { rows } = await ask(insights, 'access-totals', { range, filters });
    expect(rows).toEqual([world.oracle.accessTotals({ range, filters })]);
  }

  const cases: [string, FilterOperator, string[]][] = [
    ['source', 'in', ['stream']],
    ['source', 'not-in', ['stream']],
    ['vendor', 'in', ['infisical']],
    ['org', 'in', ['0b000000-0000-4000-8000-00000000000b']],
    ['org', 'not-in', ['0b000000-0000-4000-8000-00000000000b', 'not-a-uuid']],
    ['project', 'in', ['project-a']],
    ['project', 'in', ['Payments']],
    ['project', 'in', ['A, "B" = \\C\nD 😀', 'project-d']],
    ['project', 'not-in', ['Payments']],
    ['project', 'in', ['no such project']],
    ['environment', 'in', ['prod', 'prod,eu', 'a"b']],
    ['environment', 'not-in', ['prod']],
    ['environment', 'in', []],
    ['environment', 'not-in', []],
    ['secret_path', 'prefix', ['/app/db', "/quo'"]],
    ['secret_path', 'contains', ['ünï', '*']],
    ['secret_path', 'not-contains', ['app', '😀']],
    ['secret_path', 'glob', ['/app/**']],
    ['secret_path', 'glob', ['/app/*']],
    ['secret_path', 'glob', ['/app*']],
    ['secret_path', 'glob', ['/app?']],
    ['secret_path', 'glob', ['/app?[x]{y}(z)+$']],
    ['secret_path', 'glob', ['/ünï/?']],
    ['secret_path', 'glob', ['/new?line', '**comma']],
    ['secret_path', 'glob', ['**']],
    ['secret_key', 'in', ['A,B="C"', 'X\\Y']],
    ['secret_key', 'glob', ['*_KEY', 'Ä?_*']],
    ['actor', 'in', ['i1']],
    ['actor', 'in', ['twin', 'bob@example.com']],
    ['actor', 'in', ['only-username', 'nasty-7']],
    ['actor', 'not-in', ['twin', 'u1', 'Unknown']],
    ['actor_type', 'in', ['user', 'Identity']],
    ['actor_type', 'not-in', ['kmipClient']],
    ['actor_kind', 'in', ['machine']],
    ['actor_kind', 'not-in', ['human', 'system']],
    ['event', 'in', ['get-secrets']],
    ['event', 'prefix', ['dashboard-', 'create-']],
    ['event', 'not-contains', ['secret']],
    ['class', 'in', ['data-access', 'authorization']],
    ['class', 'not-in', ['management']],
    ['client_type', 'in', ['cli', 'other']],
    ['user_agent', 'contains', ['"hi"', '\n']],
    ['user_agent', 'prefix', ['Mozilla/', '{p0:String}']],
    ['ip', 'in', ['10.0.0.1', 'not-an-ip']],
    ['ip', 'cidr', ['10.0.0.0/8']],
    ['ip', 'cidr', ['192.168.1.77/32', '2001:db8::/32']],
    ['ip', 'cidr', ['0.0.0.0/0']],
    ['ip', 'cidr', ['::/0']],
    ['ip', 'not-cidr', ['10.0.0.0/8', '2001:db8::/33']],
    ['auth_method', 'in', ['OIDC', 'passkey, "new"']],
    ['auth_method', 'not-in', ['Unknown']],
    ['outcome', 'in', ['denied', 'failure']],
    ['text', 'contains', ['database_url']],
    ['text', 'contains', ['NUMBEROFSECRETS', '/app/db']],
    ['text', 'not-contains', ['prod']],
    ['metadata.environment', 'in', ['prod']],
    ['metadata.numberOfSecrets', 'in', ['0', '17', '18']],
    ['metadata.numberOfSecrets', 'prefix', ['1']],
    ['metadata.tags.owner', 'contains', ['"', '\\', '😀']],
    ['metadata.tags.rotated', 'in', ['true']],
    ['metadata.nothing', 'not-in', ['x']],
    ["metadata.'); DROP TABLE x", 'in', ['x']],
  ];

  it.each(cases)('%s %s %j', async (field, op, values) => {
    await compareTotals([{ field, op, values }]);
  });

  it('joins several by and', async () => {
    await compareTotals([
      { field: 'environment', op: 'in', values: ['prod', 'dev'] },
      { field: 'secret_path', op: 'glob', values: ['/app/**'] },
      { field: 'actor_kind', op: 'in', values: ['human'] },
      { field: 'environment', op: 'not-in', values: ['dev'] },
      { field: 'text', op: 'contains', values: ['api'] },
    ]);
  });

  const listed = (field: string, ...values: readonly string[]) =>
    fc.record({
      field: fc.constant(field),
      op: fc.constantFrom<FilterOperator>('in', 'not-in'),
      values: fc.uniqueArray(fc.constantFrom(...values), { maxLength: 3 }),
    });
  const textual = (field: string, ...values: readonly string[]) =>
    fc.record({
      field: fc.constant(field),
      op: fc.constantFrom<FilterOperator>('in', 'not-in', 'prefix', 'contains', 'not-contains'),
      values: fc.uniqueArray(
        fc.oneof(
          fc.constantFrom(...values).filter((value) => value !== ''),
          fc.string({ unit: 'grapheme', minLength: 1, maxLength: 4 }),
        ),
        { maxLength: 3 },
      ),
    });
  const filter: fc.Arbitrary<Filter> = fc.oneof(
    listed('project', 'project-a', 'Payments', 'project-d', 'nobody'),
    listed('environment', ...environments.filter((each) => each !== '')),
    listed('actor', 'i1', 'twin', 'ann@example.com', 'u3', 'Unknown', ...nastyTexts),
    listed('actor_type', 'user', 'identity', 'Service', 'Platform'),
    listed('auth_method', 'OIDC', 'Unknown', 'Universal Auth', 'Service Token'),
    listed('client_type', 'cli', 'web', 'other'),
    listed('outcome', 'success', 'denied', 'failure'),
    textual('secret_path', ...paths),
    textual('secret_key', ...keys),
    textual('event', 'get-secret', 'get-secrets', 'secret', 'create'),
    textual('metadata.tags.owner', ...nastyTexts),
    textual('metadata.secretKey', ...keys),
  );
  /** Bounds to the millisecond, to the quarter of an hour or to the day, now and then longer than the events. */
  const bound = (from: string, to: string) =>
    fc
      .tuple(
        fc.integer({ min: Date.parse(from), max: Date.parse(to) }),
        fc.constantFrom(1, 9e5, 864e5),
      )
      .map(([time, step]) => Math.floor(time / step) * step);
  const question = fc
    .record({
      range: fc.record({
        from: bound('2026-02-20T00:00:00Z', '2026-03-10T00:00:00Z'),
        to: bound('2026-03-10T00:00:01Z', '2026-03-15T10:20:00Z'),
      }),
      filters: fc.array(filter, { maxLength: 3 }),
      reads: fc.constantFrom<'insights' | 'access-log'>('insights', 'access-log'),
    })
    .filter((each) => each.range.from < each.range.to);
  const dimension = fc.constantFrom<Dimension>(...eventDimensions);
  const sameSeed = { seed: 20260315, numRuns: 30 };

  const asked = ({ filters = [], ...rest }: OracleQuestion) => ({
    range: rest.range,
    filters: [...filters],
    ...(rest.zone && { zone: rest.zone }),
  });

  it('gives the totals of a plain count, whatever is asked', async () => {
    await fc.assert(
      fc.asyncProperty(question, async (each) => {
        const { rows } = await ask(insights, 'access-totals', {
          ...asked(each),
          params: { reads: each.reads },
        });
        expect(rows).toEqual([world.oracle.accessTotals(each)]);
      }),
      sameSeed,
    );
  });

  it('gives the breakdown of a plain count, whatever is asked', async () => {
    const dimensions = fc.uniqueArray(dimension, { minLength: 1, maxLength: 2 });
    await fc.assert(
      fc.asyncProperty(
        question,
        dimensions,
        fc.integer({ min: 1, max: 60 }),
        async (each, by, limit) => {
          const params = { by, limit, reads: each.reads };
          const { rows } = await ask(insights, 'access-breakdown', { ...asked(each), params });
          expect(rows).toEqual(world.oracle.accessBreakdown(each, by, limit));
        },
      ),
      sameSeed,
    );
  });

  it('gives the volume of a plain count, whatever is asked', async () => {
    await fc.assert(
      fc.asyncProperty(
        question,
        fc.constantFrom('hour', 'day', 'week', 'month'),
        fc.constantFrom('UTC', 'Asia/Kolkata', 'America/New_York'),
        fc.option(dimension, { nil: undefined }),
        fc.integer({ min: 1, max: 5 }),
        async (each, bucket, zone, by, top) => {
          const params = { bucket, top, reads: each.reads, ...(by && { by }) };
          const { rows } = await ask(insights, 'access-volume', {
            ...asked({ ...each, zone }),
            params,
          });
          expect(sortedRows(rows)).toEqual(
            sortedRows(world.oracle.accessVolume({ ...each, zone }, bucket, by, top)),
          );
        },
      ),
      sameSeed,
    );
  });
});
