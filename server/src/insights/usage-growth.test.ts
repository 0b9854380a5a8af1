import { keepReported } from '../../test/akeyless-world';
import { ask, openTestStore } from '../../test/harness';
import type { TestStore } from '../../test/harness';

describe('usage-growth', () => {
  let test: TestStore;
  beforeAll(async () => {
    test = await openTestStore();
  });
  afterAll(() => test.close());

  it('tells growth from what is usual for the account', async () => {
    // Of each month's 14th; "now" is 15 March.
    const months = ['2025-09', '2025-10', '2025-11', '2025-12', '2026-01', '2026-02', '2026-03'];
    const steady = [100, 110, 121, 133, 146, 161, 177];
    const jumps = [100, 101, 102, 103, 104, 105, 157];
    for (const [index, month] of months.entries()) {
      const at = `${month}-14T06:00:00Z`;
      await keepReported(test, { at, clients: { sm: { saml2: steady[index] ?? 0 } } });
      await keepReported(
        test,
        { account: 'acc-jumps', at, clients: { sm: { saml2: jumps[index] ?? 0 } } },
        { source: 'second' },
      );
    }
    await keepReported(
      test,
      { account: 'acc-new', at: '2026-03-14T06:00:00Z', clients: { sm: { saml2: 9 } } },
      { source: 'third' },
    );
    const { rows } = await ask(await test.insights(), 'usage-growth');
    const clients = rows.filter(({ figure }) => figure === 'total_clients');
    expect(
      clients.map(({ account, value, month_before }) => [account, value, month_before]),
    ).toEqual([
      ['acc-jumps', 157, 105],
      ['acc-1a2b3c4d5e6f', 177, 161],
      ['acc-new', 9, null],
    ]);
    const [jumping, steadily, unknown] = clients;
    // The middle of the five changes before: 103/102, and 133/121 of the steady one.
    expect(jumping?.usual).toBeCloseTo(103 / 102 - 1, 9);
    expect(jumping?.above_usual).toBeCloseTo(157 / 105 - 103 / 102, 9);
    expect(Math.abs(Number(steadily?.above_usual))).toBeLessThan(0.01);
    expect([unknown?.change, unknown?.usual, unknown?.above_usual]).toEqual([null, null, null]);
  });
});
