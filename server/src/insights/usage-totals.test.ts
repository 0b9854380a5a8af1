import {
  fillRecords,
  fillReports,
  idOf,
  inRange,
  isPerson,
  isRead,
  isSystem,
  ranked,
} from '../../test/akeyless-world';
import type { AkeylessRecord } from '../../test/akeyless-records';
import { ask, everyone, now, openTestStore } from '../../test/harness';
import type { TestStore } from '../../test/harness';
import { readEvent } from '../../test/events';
import { writeInventory } from '../store/inventory/write';
import { recordPoll } from '../store/inventory/polls';

const day = 86_400_000;
const range = { from: now - 30 * day, to: now };
const distinct = (records: readonly AkeylessRecord[]): number => new Set(records.map(idOf)).size;

function totals(records: readonly AkeylessRecord[]) {
  const acted = records.filter(inRange(range)).filter((each) => !isSystem(each));
  const machines = acted.filter((each) => !isPerson(each));
  return {
    total_requests: acted.length,
    read_requests: records.filter(inRange(range)).filter(isRead).length,
    unique_users: distinct(acted.filter(isPerson)),
    unique_actors: distinct(acted),
    service_accounts: distinct(machines),
    applications: distinct(machines.filter(({ client_type: type }) => type === undefined)),
  };
}

describe('usage-totals', () => {
  let test: TestStore;
  beforeEach(async () => {
    test = await openTestStore();
  });
  afterEach(() => test.close());

  it('agrees with a second computation over 200,000 records, raw and counted', async () => {
    const records = await fillRecords(test, { seed: 1, count: 200_000 });
    const expected = totals(records);
    const check = async (): Promise<void> => {
      const insights = await test.insights();
      expect((await ask(insights, 'usage-totals', { range })).rows[0]).toMatchObject(expected);
      const acted = records.filter(inRange(range)).filter((each) => !isSystem(each));
      const users = await ask(insights, 'top-users', { range, params: { limit: 100 } });
      expect(users.rows).toEqual(
        ranked(acted.filter(isPerson), ({ unique_id: id, access_id: access }) => id || access).map(
          ({ name, ...figures }) => ({ user: name, ...figures }),
        ),
      );
      const byAction = await ask(insights, 'actions', { range, params: { limit: 100 } });
      expect(byAction.rows.map(({ class: _, ...row }) => row)).toEqual(
        ranked(acted, ({ action }) => action).map(({ name, ...figures }) => ({
          action: name,
          ...figures,
        })),
      );
    };
    await check();
    await test.closeDue();
    await check();
  }, 300_000);

  it('takes clients and secrets from reports, and secrets of others from the inventory', async () => {
    const figures = async () => (await ask(await test.insights(), 'usage-totals')).rows[0];
    expect(await figures()).toMatchObject({ total_clients: null, total_secrets: null });
    await fillReports(test);
    expect(await figures()).toMatchObject({ total_clients: 18, total_secrets: 550 });
    const polled = {
      source: 'main',
      projectId: 'p',
      startedAt: now - 9_000,
      finishedAt: now - 8_000,
    };
    await writeInventory(
      test.store,
      { ...polled, vendor: 'infisical', orgId: 'o', kinds: ['secret'], seenAt: now - 9_000 },
      [{ kind: 'secret', id: 'a', name: 'A', environment: 'prod' }],
    );
    await recordPoll(test.store, {
      ...polled,
      kind: 'inventory',
      error: null,
      items: 1,
      changed: 1,
      gone: 0,
    });
    expect(await figures()).toMatchObject({ total_clients: 18, total_secrets: 551 });
    const passwords = await ask(await test.insights(), 'usage-totals', {
      params: { product: 'pm' },
    });
    expect(passwords.rows[0]).toMatchObject({ total_clients: 7 });
  });

  it('says why a figure is empty, and who may not see it', async () => {
    await fillReports(test);
    const insights = await test.insights();
    const scoped = { ...everyone, projects: ['project-a'] };
    const { rows, meta } = await ask(insights, 'usage-totals', { caller: scoped });
    expect(rows[0]).toMatchObject({ total_requests: 0, total_clients: null, total_secrets: null });
    expect(meta.notices.map(({ text }) => text)).toContain(
      'Unknown, because no account reports it: total_clients, total_secrets.',
    );
    const without = { ...everyone, capabilities: new Set(['insights'] as const) };
    await expect(ask(insights, 'usage-totals', { caller: without })).rejects.toThrow(
      "usage-totals needs the right 'usage', which this caller does not have.",
    );
  });

  it('has the same columns for events of Infisical, and leaves out the platform', async () => {
    const at = { createdAt: new Date(now - day).toISOString() };
    await test.ingest([
      readEvent(at),
      readEvent({ ...at, userAgentType: 'k8-operator', actorMetadata: { identityId: 'i-2' } }),
      readEvent({
        ...at,
        actor: 'user',
        actorMetadata: { userId: 'u', email: 'ann@example.com' },
        eventType: 'create-secret',
      }),
      readEvent({ ...at, actor: 'platform', actorMetadata: {}, eventType: 'delete-secret' }),
    ]);
    const insights = await test.insights();
    const expected = {
      total_requests: 3,
      read_requests: 2,
      unique_users: 1,
      unique_actors: 3,
      service_accounts: 2,
      applications: 1,
    };
    expect((await ask(insights, 'usage-totals')).rows[0]).toMatchObject(expected);
    const all = await ask(insights, 'usage-totals', { params: { system: 'include' } });
    expect(all.rows[0]).toMatchObject({ ...expected, total_requests: 4 });
    const ann = await ask(insights, 'usage-totals', {
      filters: [{ field: 'actor', op: 'in', values: ['ann@example.com'] }],
    });
    expect(ann.rows[0]).toMatchObject({ total_requests: 1, unique_users: 1, read_requests: 0 });
  });
});
