import { fillReports } from '../../test/akeyless-world';
import { ask, everyone, openTestStore } from '../../test/harness';
import type { TestStore } from '../../test/harness';

describe('secrets-by-type', () => {
  let test: TestStore;
  beforeAll(async () => {
    test = await openTestStore();
  });
  afterAll(() => test.close());

  it('says that it is unknown where no account reports', async () => {
    const { rows, meta } = await ask(await test.insights(), 'secrets-by-type');
    expect(rows).toEqual([]);
    expect(meta.notices.map(({ text }) => text).join()).toMatch(
      /Unknown: no account that reports its usage/,
    );
  });

  it('counts secrets by type, of all accounts', async () => {
    await fillReports(test);
    const insights = await test.insights();
    const check = async (params: Record<string, unknown>, expected: [string, number][]) => {
      const { rows } = await ask(insights, 'secrets-by-type', { params });
      const total = expected.reduce((sum, [, count]) => sum + count, 0);
      expect(rows).toEqual(
        expected.map(([label, count]) => ({ label, count, share: count / total })),
      );
    };
    await check({}, [
      ['static_secret', 340],
      ['classic_key', 210],
    ]);
    await check({ product: 'pm' }, [['password', 41]]);
    const scoped = { ...everyone, projects: ['project-a'] };
    const { rows, meta } = await ask(insights, 'secrets-by-type', { caller: scoped });
    expect(rows).toEqual([]);
    expect(meta.notices.map(({ text }) => text).join()).toMatch(/only a token for all projects/);
  });
});
