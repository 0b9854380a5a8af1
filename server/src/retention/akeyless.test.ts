import { fillReports } from '../../test/akeyless-world';
import { SelfAudit } from '../audit/self-audit';
import { ask, now, openTestStore, span } from '../../test/harness';
import type { TestStore } from '../../test/harness';
import { sql } from '../store/sql';
import { pseudonymise } from './pseudonymise';
import { Retention } from './retention';

const range = span('2025-01-01T00:00:00Z', '2026-03-15T00:00:00Z');
const person = 'person1@example.com';
const record = (timestamp: string, parts: Record<string, unknown> = {}) => ({
  timestamp,
  account_id: 'acc-1',
  access_id: 'p-saml',
  access_type: 'saml2',
  unique_id: person,
  action: 'get_secret_value',
  status: 200,
  item_type: 'STATIC_SECRET',
  request_parameters: { name: '/prod/db' },
  ...parts,
});

describe('records of Akeyless', () => {
  let test: TestStore;
  beforeEach(async () => {
    test = await openTestStore();
  });
  afterEach(() => test.close());

  const send = (records: readonly unknown[]) =>
    test.ingestAkeyless(records.map((each) => JSON.stringify(each)).join('\n'), {
      now: now - 60_000,
    });
  const totals = async () => (await ask(await test.insights(), 'usage-totals', { range })).rows[0];

  it('are dropped by the month once they are counted, and stay countable exactly', async () => {
    await send([
      record('2025-12-31T12:00:00Z'),
      record('2026-03-02T12:00:00Z', { action: 'create_item' }),
    ]);
    const { closed } = await test.insights();
    const retention = async () =>
      new Retention({
        store: test.store,
        closed: (await test.insights()).closed,
        audit: new SelfAudit(test.store, () => now - 1_000),
        days: 45,
        projectDays: {},
        pollDays: 90,
        now: () => now,
        onMonth: () => undefined,
        onPolls: () => undefined,
        onError: (error) => {
          throw error;
        },
      }).dropExpired();
    expect(closed.spans).toEqual([]);
    expect(await retention()).toEqual([
      { month: '202512', project: null, events: 1, isDropped: false },
    ]);
    await test.closeDue();
    const before = await totals();
    expect(before).toMatchObject({ total_requests: 2, read_requests: 1, unique_users: 1 });
    expect(await retention()).toEqual([
      { month: '202512', project: null, events: 1, isDropped: true },
    ]);
    expect(await totals()).toEqual(before);
    const kept = await test.store.rows(
      sql`SELECT count() AS events FROM ${test.store.table('akeyless_events')}`,
      { surface: 'state' },
    );
    expect(Number(kept[0]?.events)).toBe(1);
  });

  it.each([false, true])('lose an actor without a trace (closed: %s)', async (isClosed) => {
    await fillReports(test);
    await send([
      record('2026-03-02T12:00:00Z'),
      record('2026-03-03T12:00:00Z', {
        unique_id: 'other@example.com',
        action: 'share_item',
        request_parameters: { name: '/prod/db', shared_with: person },
      }),
    ]);
    if (isClosed) await test.closeDue();
    const before = await totals();
    const done = await pseudonymise(await test.insights(), `p-saml/${person}`);
    expect(done).toMatchObject({ events: 1, mentions: 1 });
    expect(await totals()).toEqual(before);
    const tables = await test.store.rows(
      sql`SELECT name FROM system.tables WHERE database = 'secret_insights' AND engine LIKE '%MergeTree'`,
      { surface: 'state' },
    );
    for (const { name } of tables) {
      const rows = await test.store.rows(
        sql`SELECT toString(tuple(*)) AS row FROM ${test.store.table(String(name))}`,
        { surface: 'state' },
      );
      expect([name, JSON.stringify(rows).includes(person)]).toEqual([name, false]);
    }
    const exceeded = await ask(await test.insights(), 'exceeded-clients', {
      params: { product: 'sm' },
    });
    expect(exceeded.rows.map(({ client }) => client)).toEqual([done.pseudonym]);
  });
});
