import { openTestStore } from '../../test/harness';
import type { TestStore } from '../../test/harness';
import { Failure } from '../failure';
import { bind, sql } from './sql';
import type { Asker } from './store';

const asker: Asker = { surface: 'export', insight: 'test' };

async function textOf(lines: AsyncIterable<Buffer>): Promise<string> {
  const pieces = [];
  for await (const piece of lines) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

describe('an answer in lines', () => {
  let test: TestStore;

  /** With one connection the next statement is on the one that was left, if it was kept. */
  beforeEach(async () => {
    test = await openTestStore(1);
  });
  afterEach(() => test.close());

  const works = async (): Promise<void> => {
    const { rows } = await test.store.query(sql`SELECT 'works'`, { surface: 'insight' });
    expect(rows).toEqual([['works']]);
    expect(test.store.turns.running('file')).toBe(0);
  };

  it('comes whole, whatever is in it, however long it is', async () => {
    const nasty = 'tab\tquote"\\ é\0';
    const lines = test.store.lines(
      sql`SELECT concat(toString(number), ${bind.text(nasty)}) FROM numbers(200000)`,
      asker,
    );
    const expected = Array.from({ length: 200_000 }, (_, number) => `${number}${nasty}\n`);
    expect(await textOf(lines)).toBe(expected.join(''));
    await works();
    expect(await textOf(test.store.lines(sql`SELECT 'a' WHERE 0`, asker))).toBe('');
    await works();
  });

  it('stops with its reader', async () => {
    const endless = sql`SELECT toString(number) FROM numbers(1000000000000)`;
    for await (const piece of test.store.lines(endless, asker)) {
      expect(piece.toString().startsWith('0\n1\n')).toBe(true);
      break;
    }
    await works();
  });

  it.each([
    [
      'threw in the middle',
      sql`SELECT toString(throwIf(number = 1000000)) FROM numbers(10000000)`,
      'bug',
    ],
    ['cannot be understood', sql`SELECT nonsense`, 'bug'],
    ['needs a table that is not there', sql`SELECT text FROM nowhere`, 'unknown'],
    [
      'ran out of time',
      sql`SELECT toString(sleepEachRow(0.01)) FROM numbers(1000) SETTINGS max_execution_time = 0.2, max_block_size = 10`,
      'too-slow',
    ],
  ])('tells of a statement that %s as any other does', async (_, statement, kind) => {
    const error: unknown = await textOf(test.store.lines(statement, asker)).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(Failure);
    expect(error).toMatchObject({ kind });
    await works();
  });
});
