import { fillRecords, fillReports, idOf, inRange } from '../../test/akeyless-world';
import { ask, now, openTestStore } from '../../test/harness';
import type { TestStore } from '../../test/harness';

const day = 86_400_000;

describe('client-usage', () => {
  let test: TestStore;
  beforeAll(async () => {
    test = await openTestStore();
  });
  afterAll(() => test.close());

  it('lists clients, those over their share first, with their newest request', async () => {
    await fillReports(test);
    const records = await fillRecords(test, { seed: 5, count: 3_000 });
    const last = (id: string): string | null =>
      records
        .filter(inRange({ from: now - 30 * day, to: now }))
        .filter((each) => idOf(each) === id)
        .map(({ timestamp }) => timestamp)
        .sort()
        .at(-1) ?? null;
    const insights = await test.insights();
    const { rows } = await ask(insights, 'client-usage');
    expect(
      rows.map(({ client, product, exceeded, last_seen }) => [
        client,
        product,
        exceeded,
        last_seen,
      ]),
    ).toEqual([
      ['person1@example.com', 'sm', 2, last('p-saml/person1@example.com')],
      ['person2@example.com', 'pm', 1, last('p-saml/person2@example.com')],
      ['/auth/p-key1', 'sm', 0, last('p-key1')],
      ['never/seen', 'sm', 0, null],
    ]);
    expect(rows[0]?.last_seen).not.toBeNull();
    const ofProduct = await ask(insights, 'client-usage', { params: { product: 'pm' } });
    expect(ofProduct.rows).toHaveLength(1);
  });
});
