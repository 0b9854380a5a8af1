import { randomUUID } from 'node:crypto';
import { readEvent } from '../../test/events';
import { ask, openTestStore } from '../../test/harness';
import type { TestStore } from '../../test/harness';
import { KnownOrgs } from './known-orgs';
import type { Store } from './store';

describe('which organisations our tables hold events of', () => {
  let test: TestStore;

  beforeEach(async () => {
    test = await openTestStore();
  });
  afterEach(() => test.close());

  const known = async (): Promise<{ tables: number; isOne: boolean }> => {
    const { vendor } = await test.insights();
    const orgs = new KnownOrgs();
    await orgs.load(test.store, vendor.tables);
    return { tables: orgs.withEvents(vendor.tables).length, isOne: orgs.isOne(vendor.tables) };
  };

  it('is found in the tables', async () => {
    expect(await known()).toEqual({ tables: 2, isOne: true });
    await test.ingest([readEvent(), readEvent()]);
    expect(await known()).toEqual({ tables: 1, isOne: true });
    await test.ingest([readEvent({ orgId: randomUUID() })]);
    expect(await known()).toEqual({ tables: 1, isOne: false });
  });

  it('is not taken for known before it was looked up, nor where others can write', async () => {
    const { vendor } = await test.insights();
    const elsewhere = new KnownOrgs();
    const server = Object.create(test.store, { kind: { value: 'server' } }) as Store;
    await elsewhere.load(server, vendor.tables);
    for (const orgs of [new KnownOrgs(), elsewhere]) {
      expect(orgs.withEvents(vendor.tables)).toHaveLength(2);
      expect(orgs.isOne(vendor.tables)).toBe(false);
    }
  });

  it('grows with what comes, under insights that were opened before', async () => {
    const insights = await test.insights();
    const reads = async (): Promise<unknown> =>
      (await ask(insights, 'access-totals')).rows[0]?.reads;
    expect(await reads()).toBe(0);
    const id = randomUUID();
    await test.ingest([readEvent({ id }), readEvent({ id })]);
    expect(await reads()).toBe(1);
    await test.ingest([readEvent({ id, orgId: randomUUID() })]);
    expect(await reads()).toBe(2);
    expect(insights.store.knownOrgs.withEvents(insights.vendor.tables)).toHaveLength(1);
    await test.ingestAkeyless(
      JSON.stringify({ timestamp: '2026-03-15T08:00:00Z', action: 'get_secret_value' }),
    );
    expect(insights.store.knownOrgs.withEvents(insights.vendor.tables)).toHaveLength(2);
  });
});
