import { openTestStore } from '../../../test/harness';
import type { TestStore } from '../../../test/harness';
import { bind, join, sql } from '../sql';
import { wholeWord, words } from './words';

const nasty = [
  ['a b', '%20', '/x/ y/', ''],
  ['', '', '', ''],
  ["!'()*", '~-_.', 'é\u{1F511}', '\t\n"\\'],
  ['%', '%25', '+&=?#', '\u0000'],
  ['a', 'b %20', '/x/ y/', ''],
  ['a b %20', '', '/x/ y/', ''],
];

describe('words of rollups', () => {
  let test: TestStore;

  beforeAll(async () => {
    test = await openTestStore();
  });
  afterAll(() => test.close());

  async function made(parts: readonly string[]) {
    const word = wholeWord(parts.map(bind.text));
    const { rows } = await test.store.query(
      sql`SELECT actor, ${join([...Object.values(words.actor), ...Object.values(words.secret)], 'comma')}
          FROM (SELECT ${word} AS actor, actor AS secret)`,
      { surface: 'state' },
    );
    const [whole, ...kept] = rows[0] ?? [];
    return { word: String(whole), kept };
  }

  it.each(nasty)('keep their parts: %j %j %j %j', async (...parts) => {
    const { word, kept } = await made(parts);
    expect(kept).toEqual([...parts, ...parts]);
    // By this it is known that a secret has a name.
    expect(word.endsWith(' ')).toBe(parts.at(-1) === '');
  });

  it('are different where their parts are', async () => {
    const all = await Promise.all(nasty.map(made));
    expect(new Set(all.map(({ word }) => word)).size).toBe(nasty.length);
  });
});
