import { fillRecords, inRange, isSystem, ranked } from '../../test/akeyless-world';
import { ask, now, openTestStore } from '../../test/harness';
import type { TestStore } from '../../test/harness';

const day = 86_400_000;
const range = { from: now - 30 * day, to: now };

describe('actions', () => {
  let test: TestStore;
  beforeAll(async () => {
    test = await openTestStore();
  });
  afterAll(() => test.close());

  it('counts requests by what was asked for, with and without the platform', async () => {
    const records = (await fillRecords(test, { seed: 4, count: 2_000 })).filter(inRange(range));
    const rows = async (system: string) =>
      (await ask(await test.insights(), 'actions', { params: { system, limit: 100 } })).rows;
    const expected = (counted: typeof records) =>
      ranked(counted, ({ action }) => action).map(({ name, ...figures }) => ({
        action: name,
        ...figures,
        class: expect.any(String) as string,
      }));
    expect(await rows('exclude')).toEqual(expected(records.filter((each) => !isSystem(each))));
    expect(await rows('include')).toEqual(expected(records));
  });

  it('leaves out actions that the settings call the own ones of the platform', async () => {
    const insights = await test.insights({ systemActions: ['a_new_action'] });
    const { rows } = await ask(insights, 'actions', { params: { limit: 100 } });
    expect(rows.length).toBeGreaterThan(5);
    expect(rows.map(({ action }) => action)).not.toContain('a_new_action');
  });
});
