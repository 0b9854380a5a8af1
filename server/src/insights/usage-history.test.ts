import { keepReported } from '../../test/akeyless-world';
import { ask, now, openTestStore, span } from '../../test/harness';
import type { TestStore } from '../../test/harness';
import { sql } from '../store/sql';
import { thinSnapshots } from '../store/usage/thin';

const day = 86_400_000;
const iso = (at: number): string => new Date(at).toISOString();

describe('usage-history', () => {
  let test: TestStore;
  beforeEach(async () => {
    test = await openTestStore();
  });
  afterEach(() => test.close());

  /** Clients grow by one a day; the second account reports in the first half only. */
  const fill = async (days: number): Promise<void> => {
    for (let back = days; back >= 1; back--) {
      const at = iso(now - back * day);
      await keepReported(test, { at, clients: { sm: { saml2: 100 - back, oidc: 2 } } });
      if (back > days / 2) {
        await keepReported(
          test,
          { account: 'acc-second', at, clients: { sm: { saml2: 5 } } },
          { source: 'second' },
        );
      }
    }
  };

  it('adds accounts up, and keeps the last value of one that is silent for a while', async () => {
    await fill(20);
    const range = { from: now - 21 * day, to: now };
    const { rows } = await ask(await test.insights(), 'usage-history', { range });
    const past = rows.filter(({ value }) => value !== null);
    expect(past.map(({ time, value }) => [time, value])).toEqual(
      Array.from({ length: 20 }, (_, index) => {
        const at = now - (20 - index) * day;
        return [iso(Math.floor(at / day) * day), 100 - (20 - index) + 2 + 5];
      }),
    );
    expect(past.filter(({ partial }) => partial === true)).toHaveLength(14);
    const oidc = await ask(await test.insights(), 'usage-history', {
      range,
      params: { figure: 'clients_by_auth_method', label: 'OIDC' },
    });
    expect(new Set(oidc.rows.flatMap(({ value }) => (value === null ? [] : [value])))).toEqual(
      new Set([2]),
    );
  });

  it('draws a straight line to the limit, and tells when it gets there', async () => {
    for (let back = 60; back >= 0; back -= 10) {
      await keepReported(test, {
        at: iso(now - back * day - 3_600_000),
        clients: { sm: { saml2: 160 - back } },
      });
    }
    const insights = await test.insights({ usageLimits: { 'sm.total_clients': 220, tight: 50 } });
    const { rows, meta } = await ask(insights, 'usage-history');
    // 160 on 15 March, one more a day: 220 on 14 May, sixty days later.
    const ahead = rows.filter(({ value }) => value === null);
    expect(ahead.map(({ time }) => time)).toEqual([
      '2026-04-01T00:00:00.000Z',
      '2026-05-01T00:00:00.000Z',
      '2026-06-01T00:00:00.000Z',
    ]);
    expect(Number(ahead[0]?.projected)).toBeCloseTo(177, 6);
    expect(rows.every(({ limit }) => limit === 220)).toBe(true);
    expect(meta.notices.map(({ text }) => text)).toEqual([
      'This is 73 % of the limit of 220, and at this pace it gets there about 2026-05-14.',
    ]);
    const tight = await ask(insights, 'usage-history', { params: { limit_name: 'tight' } });
    expect(tight.meta.notices.map(({ text }) => text)).toEqual([
      'This is 320 % of the limit of 50.',
    ]);
    const none = await ask(insights, 'usage-history', { params: { limit_name: 'nobody' } });
    expect(none.meta.notices[0]?.text).toMatch(/There is no limit 'nobody' in the settings/);
  });

  it('compares months, and flags the one that is not over', async () => {
    for (const [at, clients] of [
      ['2026-01-31T06:00:00Z', 10],
      ['2026-02-28T06:00:00Z', 15],
      ['2026-03-14T06:00:00Z', 12],
    ] as const) {
      await keepReported(test, { at, clients: { sm: { saml2: clients } } });
    }
    const { rows } = await ask(await test.insights(), 'usage-history', {
      params: { bucket: 'month' },
    });
    const past = rows.filter(({ value }) => value !== null);
    expect(past.map(({ value, change, partial }) => [value, change, partial])).toEqual([
      [10, null, false],
      [15, 0.5, false],
      [12, expect.closeTo(-0.2, 9), true],
    ]);
  });

  it('stays what it is when snapshots are thinned to one a day', async () => {
    for (let back = 20; back >= 1; back--) {
      for (const hour of [2, 8]) {
        await keepReported(test, {
          at: iso(Math.floor(now / day) * day - back * day + hour * 3_600_000),
          clients: { sm: { saml2: 100 - back + hour } },
        });
      }
    }
    const figures = async () =>
      (
        await ask(await test.insights(), 'usage-history', {
          range: span('2026-02-01T00:00:00Z', '2026-03-15T00:00:00Z'),
        })
      ).rows;
    const before = await figures();
    const count = async (table: string) =>
      Number(
        (
          await test.store.rows(
            sql`SELECT uniqExact(updated_at) AS snapshots FROM ${test.store.table(table)}`,
            { surface: 'state' },
          )
        )[0]?.snapshots,
      );
    expect(await thinSnapshots(test.store, { thinAfterDays: 7, keepDays: 800 }, now)).toBe(13);
    expect([await count('usage_snapshots'), await count('usage_figures')]).toEqual([27, 27]);
    expect(await figures()).toEqual(before);
    expect(await thinSnapshots(test.store, { thinAfterDays: 7, keepDays: 800 }, now)).toBe(0);
    expect(
      await thinSnapshots(test.store, { thinAfterDays: 7, keepDays: 10 }, now),
    ).toBeGreaterThan(5);
  });
});
