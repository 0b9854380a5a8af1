import { setTimeout as sleep } from 'node:timers/promises';
import { openTestStore } from '../../test/harness';
import type { TestStore } from '../../test/harness';
import { serveClickHouse } from '../../test/clickhouse-http';
import type { ClickHouseHttp } from '../../test/clickhouse-http';
import { Lease } from './lease';
import type { LeaseTimes } from './lease';
import { ServerEngine } from './server-engine';
import { bind, sql } from './sql';
import { StateLog } from './state-log';
import { Store } from './store';

const unexpected = (error: unknown): never => {
  throw error;
};
const times: LeaseTimes = { renewEveryMs: 200, silentMs: 2_500, heldMs: 1_500, settleMs: 600 };

describe('the lease of a database server', () => {
  let test: TestStore;
  let http: ClickHouseHttp;
  let stores: Store[];
  let leases: Lease[];

  const connect = (): Store => {
    const engine = new ServerEngine({
      url: http.url,
      username: 'writer',
      password: 'a password',
      connections: 2,
      requestTimeoutMs: 20_000,
    });
    const store = new Store(engine, test.store.database, { seconds: 10, memoryBytes: 1e9 });
    stores.push(store);
    return store;
  };
  const join = async (
    store: Store,
    url: string | null = 'http://127.0.0.1:1',
    given = times,
  ): Promise<Lease> => {
    const lease = await Lease.join(store, { url, onError: unexpected, times: given });
    leases.push(lease);
    return lease;
  };

  beforeEach(async () => {
    test = await openTestStore();
    http = await serveClickHouse(test, { name: 'writer', password: 'a password' });
    stores = [];
    leases = [];
  });
  afterEach(async () => {
    await Promise.all(leases.map((lease) => lease.release()));
    await Promise.all(stores.map((store) => store.close()));
    await http.close();
    await test.close();
  });

  const until = async (isTrue: () => boolean): Promise<void> => {
    while (!isTrue()) await sleep(20);
  };

  it('is held by one of several that start at once, whom the others know', async () => {
    const joined = await Promise.all([connect(), connect(), connect()].map((store) => join(store)));
    joined.forEach((lease) => lease.keep(() => undefined));
    await until(() => joined.some(({ isHeld }) => isHeld));
    for (let look = 0; look < 10; look++) {
      await sleep(100);
      expect(joined.filter(({ isHeld }) => isHeld)).toHaveLength(1);
    }
    const terms = new Set(joined.map(({ leader }) => `${leader?.term} ${leader?.holder}`));
    expect(terms.size).toBe(1);
  });

  it('refuses a second server where the two cannot reach each other, until the first has gone', async () => {
    const first = await join(connect(), null);
    expect(first.isHeld).toBe(true);
    await expect(join(connect(), null)).rejects.toThrow(
      /^Another server, .+, writes to the database \w+: .+ SECRET_INSIGHTS_ADVERTISED_URL\.$/,
    );
    await first.release();
    const second = await join(connect(), null);
    expect([second.isHeld, second.term]).toEqual([true, first.term + 1]);
  });

  it('moves on when its holder is silent, and fences that one off', async () => {
    const [oldStore, newStore] = [connect(), connect()];
    // Not kept: as if its process stood still from here on.
    const old = await join(oldStore, undefined, { ...times, heldMs: 60_000 });
    const oldLog = await StateLog.replay(oldStore, old);
    await oldLog.begin();
    await oldLog.append('token', 'a', { by: 'old' });

    const next = await join(newStore);
    expect(next.isHeld).toBe(false);
    expect(next.leader?.holder).toBe(old.leader?.holder);
    const refused = newStore.execute(
      sql`INSERT INTO ${newStore.table('projects')} (project_id) VALUES ('p')`,
      { surface: 'ingest' },
    );
    await expect(refused).rejects.toMatchObject({ kind: 'busy' });
    let changes = 0;
    next.keep(() => changes++);
    await until(() => next.isHeld);
    expect([next.term, changes]).toEqual([old.term + 1, 1]);
    const newLog = await StateLog.replay(newStore, next);
    await newLog.begin();
    await newLog.append('token', 'b', { by: 'new' });

    // It wakes up, believing to lead still.
    expect(old.isHeld).toBe(true);
    await expect(oldLog.append('span', '7', { generation: 7 })).rejects.toMatchObject({
      kind: 'busy',
      message: 'Another server has taken over writing, so this change was not made. Try again.',
    });
    expect(old.isHeld).toBe(false);
    await expect(oldLog.append('token', 'a', null)).rejects.toMatchObject({ kind: 'busy' });

    // Even one that had been on its way when the new term began does not count.
    await test.store.execute(
      sql`INSERT INTO ${test.store.table('state_log')} (sequence, term, at, kind, key, body)
          VALUES (${bind.integer(oldLog.sequence + 1)}, ${bind.integer(old.term)}, now64(3), 'token', 'late', '{}')`,
      { surface: 'state' },
    );
    const replayed = await StateLog.replay(newStore);
    expect(replayed.list('token').map(({ key }) => key)).toEqual(['a', 'b']);
    expect(replayed.list('span')).toEqual([]);
  });

  it('is given up by a holder that cannot reach the database, before anyone takes it', async () => {
    const lease = await join(connect());
    expect(lease.isHeld).toBe(true);
    await sleep(times.heldMs);
    expect(lease.isHeld).toBe(false);
    await expect(stores[0]?.execute(sql`SELECT 1`, { surface: 'ingest' })).rejects.toMatchObject({
      kind: 'busy',
    });
  });

  it('lets a server that only reads follow what the other one notes', async () => {
    const store = connect();
    const lease = await join(store);
    const log = await StateLog.replay(store, lease);
    await log.begin();
    const follower = await StateLog.replay(connect());
    await log.append('token', 'a', { n: 1 });
    await log.append('token', 'a', { n: 2 });
    await log.append('token', 'b', { n: 3 });
    await log.append('token', 'b', null);
    expect(follower.list('token')).toEqual([]);
    await follower.catchUp();
    expect(follower.list('token')).toEqual(log.list('token'));
    expect(follower.sequence).toBe(log.sequence);
  });
});
