import { openTestStore } from '../../test/harness';
import type { TestStore } from '../../test/harness';
import { serveClickHouse } from '../../test/clickhouse-http';
import type { ClickHouseHttp } from '../../test/clickhouse-http';
import { Lease } from './lease';
import { ServerEngine } from './server-engine';
import { Store } from './store';

const unexpected = (error: unknown): never => {
  throw error;
};

describe('the lease of a database server', () => {
  let test: TestStore;
  let http: ClickHouseHttp;
  const stores: Store[] = [];

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

  beforeAll(async () => {
    test = await openTestStore();
    http = await serveClickHouse(test, { name: 'writer', password: 'a password' });
  });
  afterAll(async () => {
    await Promise.all(stores.map((store) => store.close()));
    await http.close();
    await test.close();
  });

  it('is held by one process at a time, and free again when that one stops', async () => {
    const first = await Lease.take(connect(), unexpected);
    await expect(Lease.take(connect(), unexpected)).rejects.toThrow(
      /^Another server, .+, writes to the database \w+ and was heard of \d+ seconds ago/,
    );
    await first.release();
    const second = await Lease.take(connect(), unexpected);
    await second.release();
  });
});
