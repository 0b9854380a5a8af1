import { analyticsAnswer, fillReports, keepReported } from '../../test/akeyless-world';
import { ask, openTestStore } from '../../test/harness';
import type { TestStore } from '../../test/harness';
import { orgId } from '../store/org-id';

describe('account-rollup', () => {
  let test: TestStore;
  beforeAll(async () => {
    test = await openTestStore();
  });
  afterAll(() => test.close());

  it('shows each account once, by its newest report, also where two connections see it', async () => {
    await fillReports(test);
    await keepReported(
      test,
      { account: 'acc-second', at: '2026-03-13T06:00:00Z', clients: { sm: { oidc: 99 } } },
      { source: 'another-view' },
    );
    const insights = await test.insights();
    const { rows } = await ask(insights, 'account-rollup');
    expect(rows).toEqual([
      {
        account: 'acc-1a2b3c4d5e6f',
        total_clients: 17,
        total_secrets: 530,
        exceeded: 1,
        updated_at: '2026-03-15T06:00:00.000Z',
        source: 'akeyless',
      },
      {
        account: 'acc-second',
        total_clients: 1,
        total_secrets: 20,
        exceeded: 0,
        updated_at: '2026-03-14T06:00:00.000Z',
        source: 'akeyless-second',
      },
    ]);
    const filters = [{ field: 'org', op: 'in' as const, values: ['acc-second'] }];
    expect((await ask(insights, 'account-rollup', { filters })).rows).toHaveLength(1);
    // As a list of accounts offers it, which is made of events.
    const values = [orgId('acc-second')];
    const byEvents = async (op: 'in' | 'not-in') =>
      (await ask(insights, 'account-rollup', { filters: [{ field: 'org', op, values }] })).rows.map(
        ({ account }) => account,
      );
    expect(await byEvents('in')).toEqual(['acc-second']);
    expect(await byEvents('not-in')).toEqual(['acc-1a2b3c4d5e6f']);
    expect(analyticsAnswer({ at: '2026-03-13T06:00:00Z' })).toHaveProperty('usage_reports', {});
  });
});
