import { fillReports } from '../../test/akeyless-world';
import { ask, openTestStore } from '../../test/harness';
import type { TestStore } from '../../test/harness';

describe('password-manager', () => {
  let test: TestStore;
  beforeAll(async () => {
    test = await openTestStore();
  });
  afterAll(() => test.close());

  it('is empty where not reported, and counts users and passwords where it is', async () => {
    const figures = async (params = {}) =>
      (await ask(await test.insights(), 'password-manager', { params })).rows;
    expect(await figures()).toEqual([{ users: null, passwords: null }]);
    await fillReports(test);
    expect(await figures()).toEqual([{ users: 7, passwords: 41 }]);
    expect(await figures({ as_of: '2026-02-20T00:00:00Z' })).toEqual([
      { users: null, passwords: null },
    ]);
  });
});
