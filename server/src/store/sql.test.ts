import * as fc from 'fast-check';
import { openTestStore } from '../../test/harness';
import type { TestStore } from '../../test/harness';
import { nastyTexts } from '../../test/events';
import { all, anything, bind, concat, identifier, join, sql } from './sql';
import type { Sql } from './sql';

const state = { surface: 'state' as const };
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom<string>(...nastyTexts),
  fc.stringMatching(/^['"\\`{}:;()\n\t\r\0 -]{0,12}$/),
  fc.constantFrom("\\'", '\\\\', "''", '{p0:String}', "\\N'", '\b\f\v\x07\x1b\x7f', '\\0', '\\x41'),
);
const seeded = { seed: 20260315 };

describe('the SQL template', () => {
  it('takes nothing but SQL in its holes', () => {
    const fromUser: string = "'; DROP TABLE x; --";
    // @ts-expect-error A string in a hole is the injection this type exists to refuse.
    expect(() => sql`SELECT ${fromUser}`).toThrow();
    // @ts-expect-error Neither is an object that looks like one.
    expect(() => sql`SELECT ${{ compile: () => ({ text: fromUser, parameters: {} }) }}`).toThrow();
    // @ts-expect-error Parts are joined by a word of a closed list.
    expect(() => join([sql`a`, sql`b`], '; DROP TABLE x;').compile()).toThrow();
  });

  it('names no condition where there is none, and never beside others', () => {
    expect(all([]).compile().text).toBe('1');
    expect(all([anything, all([])]).compile().text).toBe('1');
    expect(all([sql`a`, anything, sql`b`]).compile().text).toBe('(a) AND (b)');
  });

  it('never lets a bound value change the text of a statement', () => {
    const statement = (text: string, texts: string[]): Sql =>
      sql`SELECT ${bind.text(text)} WHERE ${all([sql`a IN ${bind.texts(texts)}`, sql`b = ${bind.text(text)}`])}`;
    const { text: expected } = statement('', []).compile();
    fc.assert(
      fc.property(anyText, fc.array(anyText), (text, texts) => {
        const compiled = statement(text, texts).compile();
        expect(compiled.text).toBe(expected);
        expect(compiled.parameters).toEqual({ p0: text, p1: texts, p2: text });
      }),
      seeded,
    );
  });

  it('names one bound value once, however often it is used', () => {
    const value = bind.text('x');
    expect(sql`SELECT ${value}, ${concat([value, sql`, `, bind.integer(7)])}`.compile()).toEqual({
      text: 'SELECT {p0:String}, {p0:String}, {p1:Int64}',
      parameters: { p0: 'x', p1: 7 },
    });
  });

  it('refuses every name that is not a plain one', () => {
    expect(identifier('audit_logs').compile().text).toBe('`audit_logs`');
    const plain = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;
    fc.assert(
      fc.property(
        anyText.filter((text) => !plain.test(text)),
        (text) => {
          expect(() => identifier(text)).toThrow(/cannot be a name/);
        },
      ),
      seeded,
    );
    for (const name of ['', 'a b', 'a.b', 'a`b', '1a', 'ä', 'a\n', `a${'b'.repeat(128)}`]) {
      expect(() => identifier(name)).toThrow(/cannot be a name/);
    }
  });

  it('refuses numbers that are not whole where whole ones are meant', () => {
    for (const value of [1.5, NaN, Infinity, 2 ** 53]) {
      expect(() => bind.integer(value)).toThrow(/is not a whole number/);
      expect(() => bind.integers([1, value])).toThrow(/is not a whole number/);
    }
  });
});

describe('bound values in the engine', () => {
  let test: TestStore;

  beforeAll(async () => {
    test = await openTestStore();
  });
  afterAll(() => test.close());

  const answer = async (statement: Sql): Promise<unknown[]> =>
    (await test.store.query(statement, state)).rows[0] ?? [];
  /** The engine keeps bytes; half a surrogate pair has none in UTF-8. */
  const encodable = anyText.filter((text) => Buffer.from(text).toString() === text);

  it('come back as they went in', async () => {
    await fc.assert(
      fc.asyncProperty(encodable, fc.array(encodable, { maxLength: 5 }), async (text, texts) => {
        const statement = sql`SELECT ${bind.text(text)}, ${bind.texts(texts)}, length(${bind.text(text)}), ${bind.text(text)} IN ${bind.texts([text])}`;
        expect(await answer(statement)).toEqual([text, texts, Buffer.byteLength(text), 1]);
      }),
      { ...seeded, numRuns: 300 },
    );
  });

  it('keep their type and every millisecond', async () => {
    const instants = [
      '1970-01-01T00:00:00.001Z',
      '2024-02-29T23:59:59.999Z',
      '2026-03-29T01:30:00.000Z',
    ];
    for (const iso of instants) {
      expect(await answer(sql`SELECT ${bind.instant(Date.parse(iso))}`)).toEqual([
        new Date(iso).toISOString(),
      ]);
    }
    const uuid = '0192f000-0000-7000-8000-00000000abcd';
    expect(
      await answer(
        sql`SELECT ${bind.uuid(uuid)}, ${bind.integer(-9007199254740991)}, ${bind.integers([0, 9007199254740991])}`,
      ),
    ).toEqual([uuid, -9007199254740991, ['0', '9007199254740991']]);
  });

  it('do not stay for the statement after them', async () => {
    const results = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        answer(
          sql`SELECT ${bind.text(`text ${index}`)}, ${bind.integer(index)}, sleepEachRow(0.01)`,
        ),
      ),
    );
    expect(results.map(([text, number]) => [text, number])).toEqual(
      Array.from({ length: 40 }, (_, index) => [`text ${index}`, index]),
    );
  });
});
