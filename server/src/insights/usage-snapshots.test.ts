import { fillReports } from '../../test/akeyless-world';
import { ask, now, openTestStore } from '../../test/harness';
import type { TestStore } from '../../test/harness';

describe('usage-snapshots', () => {
  let test: TestStore;
  beforeAll(async () => {
    test = await openTestStore();
  });
  afterAll(() => test.close());

  it('says how old the newest report of each account is, the oldest first', async () => {
    await fillReports(test);
    const { rows } = await ask(await test.insights(), 'usage-snapshots');
    const age = (at: string): number => (now - Date.parse(at)) / 1000;
    expect(rows.map(({ account, age_seconds }) => [account, age_seconds])).toEqual([
      ['acc-second', age('2026-03-14T06:00:00Z')],
      ['acc-1a2b3c4d5e6f', age('2026-03-15T06:00:00Z')],
    ]);
  });
});
