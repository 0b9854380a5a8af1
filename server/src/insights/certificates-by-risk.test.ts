import { fillReports } from '../../test/akeyless-world';
import { ask, everyone, openTestStore } from '../../test/harness';
import type { TestStore } from '../../test/harness';

describe('certificates-by-risk', () => {
  let test: TestStore;
  beforeAll(async () => {
    test = await openTestStore();
  });
  afterAll(() => test.close());

  it('says that it is unknown where no account reports', async () => {
    const { rows, meta } = await ask(await test.insights(), 'certificates-by-risk');
    expect(rows).toEqual([]);
    expect(meta.notices.map(({ text }) => text).join()).toMatch(
      /Unknown: no account that reports its usage/,
    );
  });

  it('counts certificates by risk, labels of any case as one', async () => {
    await fillReports(test);
    const insights = await test.insights();
    const check = async (params: Record<string, unknown>, expected: [string, number][]) => {
      const { rows } = await ask(insights, 'certificates-by-risk', { params });
      const total = expected.reduce((sum, [, count]) => sum + count, 0);
      expect(rows).toEqual(
        expected.map(([label, count]) => ({ label, count, share: count / total })),
      );
    };
    await check({}, [
      ['healthy', 12],
      ['Expired', 3],
      ['Expiring Soon', 3],
    ]);
    await check({ as_of: '2026-03-14T12:00:00Z' }, [['expired', 1]]);
    const scoped = { ...everyone, projects: ['project-a'] };
    const { rows, meta } = await ask(insights, 'certificates-by-risk', { caller: scoped });
    expect(rows).toEqual([]);
    expect(meta.notices.map(({ text }) => text).join()).toMatch(/only a token for all projects/);
  });
});
