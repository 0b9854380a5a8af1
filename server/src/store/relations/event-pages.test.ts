import type { Filter } from '../../contract';
import { openTestStore } from '../../../test/harness';
import type { TestStore } from '../../../test/harness';
import { readEvent } from '../../../test/events';
import type { Insights } from '../../insights/insights';
import { anything, sql } from '../sql';

const asker = { surface: 'state' as const };

/** What makes a page fast, as the engine says it: none of it shows in what the page holds. */
describe('a page of events, as the engine plans it', () => {
  let test: TestStore;
  let insights: Insights;

  beforeAll(async () => {
    test = await openTestStore();
    await test.ingest([readEvent(), readEvent({ eventType: 'get-secret', userAgent: 'b' })]);
    // Indexes are made when new parts are merged.
    await test.store.execute(
      sql`OPTIMIZE TABLE ${test.store.table('infisical_events')} FINAL`,
      asker,
    );
    insights = await test.insights();
  });
  afterAll(() => test.close());

  const planFor = async (filter: Filter): Promise<string> => {
    const { expression, needs } = insights.events.fields.event_metadata;
    const rows = insights.events.firstRows(
      {
        range: { from: Date.parse('2020-01-01'), to: Date.parse('2030-01-01') },
        scope: null,
        filters: [filter],
        only: [],
        inLists: true,
      },
      [{ as: 'event_metadata', expression, needs }],
      { order: 'newest', beyond: anything, limit: 100 },
    );
    const plan = await test.store.rows(sql`EXPLAIN indexes = 1 SELECT * FROM ${rows}`, asker);
    return plan.map((row) => String(row.explain)).join('\n');
  };

  it.each<[string, Filter]>([
    ['named_secrets', { field: 'secret_key', op: 'in', values: ['A_KEY'] }],
    ['networks', { field: 'ip', op: 'cidr', values: ['192.168.0.0/16'] }],
    ['addresses', { field: 'ip', op: 'in', values: ['192.168.0.1'] }],
    ['auth_methods', { field: 'auth_method', op: 'in', values: ['LDAP'] }],
    ['event_types', { field: 'event', op: 'in', values: ['delete-secret'] }],
    ['metadata_tokens', { field: 'metadata.secretId', op: 'in', values: ['some-secret'] }],
  ])('is led by the index %s', async (index, filter) => {
    expect(await planFor(filter)).toContain(`Name: ${index}\n`);
  });

  it('reads what it shows for its own rows alone', async () => {
    const plan = await planFor({ field: 'environment', op: 'in', values: ['prod'] });
    expect(plan).toMatch(/LazilyReadFromMergeTree[\s\S]+Lazily read columns: .*eventMetadata/);
  });
});
