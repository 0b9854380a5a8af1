import { fillReports } from '../../test/akeyless-world';
import { ask, everyone, openTestStore } from '../../test/harness';
import type { TestStore } from '../../test/harness';

describe('clients-by-auth-method', () => {
  let test: TestStore;
  beforeAll(async () => {
    test = await openTestStore();
  });
  afterAll(() => test.close());

  it('says that it is unknown where no account reports', async () => {
    const { rows, meta } = await ask(await test.insights(), 'clients-by-auth-method');
    expect(rows).toEqual([]);
    expect(meta.notices.map(({ text }) => text).join()).toMatch(
      /Unknown: no account that reports its usage/,
    );
  });

  it('counts clients by the way they sign in, of all accounts', async () => {
    await fillReports(test);
    const insights = await test.insights();
    const check = async (params: Record<string, unknown>, expected: [string, number][]) => {
      const { rows } = await ask(insights, 'clients-by-auth-method', { params });
      const total = expected.reduce((sum, [, count]) => sum + count, 0);
      expect(rows).toEqual(
        expected.map(([label, count]) => ({ label, count, share: count / total })),
      );
    };
    await check({}, [
      ['saml2', 11],
      ['oidc', 5],
      ['ldap', 2],
    ]);
    await check({ product: 'pm' }, [
      ['Email', 4],
      ['saml2', 3],
    ]);
    const scoped = { ...everyone, projects: ['project-a'] };
    const { rows, meta } = await ask(insights, 'clients-by-auth-method', { caller: scoped });
    expect(rows).toEqual([]);
    expect(meta.notices.map(({ text }) => text).join()).toMatch(/only a token for all projects/);
  });
});
