import { openTestStore } from '../../../test/harness';
import type { TestStore } from '../../../test/harness';
import { bind, join, sql } from '../sql';
import { wholeWord, wordOf, words } from './words';

const nasty = [
  ['a b', '%20', '/x/ y/', ''],
  ['', '', '', ''],
  ["!'()*", '~-_.', 'é\u{1F511}', '\t\n"\\'],
  ['%', '%25', '+&=?#', '\u0000'],
];

describe('words of rollups', () => {
  let test: TestStore;

  beforeAll(async () => {
    test = await openTestStore();
  });
  afterAll(() => test.close());

  it.each(nasty)('keep their parts, in the engine as here: %j %j %j %j', async (...parts) => {
    const word = wholeWord(parts.map(bind.text));
    const [rows] = (
      await test.store.query(
        sql`SELECT actor, ${join([...Object.values(words.actor), ...Object.values(words.secret)], 'comma')}
            FROM (SELECT ${word} AS actor, actor AS secret)`,
        { surface: 'state' },
      )
    ).rows;
    expect(rows).toEqual([wordOf(parts), ...parts, ...parts]);
  });

  it('are different where their parts are', () => {
    const made = [...nasty, ['a', 'b %20', '/x/ y/', ''], ['a b %20', '', '/x/ y/', '']];
    expect(new Set(made.map(wordOf)).size).toBe(made.length);
  });
});
