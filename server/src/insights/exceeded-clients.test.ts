import { fillReports } from '../../test/akeyless-world';
import { ask, openTestStore } from '../../test/harness';
import type { TestStore } from '../../test/harness';

describe('exceeded-clients', () => {
  let test: TestStore;
  beforeAll(async () => {
    test = await openTestStore();
  });
  afterAll(() => test.close());

  it('lists only clients over their share, at the moment that is asked for', async () => {
    await fillReports(test);
    const clients = async (params = {}) =>
      (await ask(await test.insights(), 'exceeded-clients', { params })).rows.map(
        ({ client, account, exceeded }) => [client, account, exceeded],
      );
    expect(await clients()).toEqual([
      ['person1@example.com', 'acc-1a2b3c4d5e6f', 2],
      ['person2@example.com', 'acc-1a2b3c4d5e6f', 1],
    ]);
    expect(await clients({ product: 'sm' })).toHaveLength(1);
    expect(await clients({ as_of: '2026-03-01T00:00:00Z' })).toEqual([]);
  });
});
