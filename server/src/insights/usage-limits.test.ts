import { fillReports } from '../../test/akeyless-world';
import { ask, openTestStore } from '../../test/harness';
import type { TestStore } from '../../test/harness';

describe('usage-limits', () => {
  let test: TestStore;
  beforeAll(async () => {
    test = await openTestStore();
  });
  afterAll(() => test.close());

  it('is unknown, and not 0, before any account reported', async () => {
    const insights = await test.insights({ usageLimits: { 'sm.total_clients': 20 } });
    const { rows, meta } = await ask(insights, 'usage-limits');
    expect(rows).toEqual([
      { product: 'sm', figure: 'total_clients', used: null, value: null, limit: 20 },
    ]);
    expect(meta.notices[0]?.text).toMatch(/^Unknown: no account/);
  });

  it('sets all accounts together against each limit of a figure, the fullest first', async () => {
    await fillReports(test);
    const usageLimits = {
      'next year': 9,
      'sra.total_clients': 5,
      'pm.total_clients': 10,
      'sm.total_clients': 15,
      'sm.clients_by_auth_method': 30,
    };
    const { rows } = await ask(await test.insights({ usageLimits }), 'usage-limits');
    expect(
      rows.map(({ product, figure, used, value, limit }) => [product, figure, used, value, limit]),
    ).toEqual([
      ['sm', 'total_clients', 18 / 15, 18, 15],
      ['pm', 'total_clients', 0.7, 7, 10],
      ['sm', 'clients_by_auth_method', 0.6, 18, 30],
      ['sra', 'total_clients', null, null, 5],
    ]);
    const none = await ask(await test.insights(), 'usage-limits');
    expect([none.rows, none.meta.notices[0]?.text]).toEqual([
      [],
      expect.stringMatching(/name them in the settings under usage.limits/),
    ]);
  });
});
