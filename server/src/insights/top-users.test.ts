import { fillRecords, inRange, isPerson, ranked } from '../../test/akeyless-world';
import { ask, now, openTestStore } from '../../test/harness';
import type { TestStore } from '../../test/harness';

describe('top-users', () => {
  let test: TestStore;
  beforeAll(async () => {
    test = await openTestStore();
  });
  afterAll(() => test.close());

  it('ranks people by requests of any kind, under filters too', async () => {
    const records = await fillRecords(test, { seed: 3, count: 2_000 });
    const day = 86_400_000;
    const people = records
      .filter(inRange({ from: now - 30 * day, to: now }))
      .filter(isPerson)
      .filter(({ action }) => action === 'get_secret_value');
    const { rows } = await ask(await test.insights(), 'top-users', {
      params: { limit: 3 },
      filters: [{ field: 'event', op: 'in', values: ['get_secret_value'] }],
    });
    expect(rows).toEqual(
      ranked(people, ({ unique_id: id, access_id: access }) => id || access)
        .slice(0, 3)
        .map(({ name, ...figures }) => ({ user: name, ...figures })),
    );
  });
});
