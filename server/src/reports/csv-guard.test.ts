import fc from 'fast-check';
import { guarded } from './csv-guard';

describe('the guard against formulas', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['+cmd', "'+cmd"],
    ['-cmd', "'-cmd"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\tx', "'\tx"],
    ['\rx', "'\rx"],
    ['\nx', "'\nx"],
    ['   =1', "'   =1"],
    ['\u00a0=1', "'\u00a0=1"],
    ['\u3000@x', "'\u3000@x"],
    ['＝1+1', "'＝1+1"],
    ['＋1a', "'＋1a"],
    ['－1a', "'－1a"],
    ['＠x', "'＠x"],
    ['﹦x', "'﹦x"],
    ['=\u0338x', "'=\u0338x"],
    ['-5', '-5'],
    ['+5', '+5'],
    ['-1.5e-7', '-1.5e-7'],
    ['-5 apples', "'-5 apples"],
    ['--5', "'--5"],
    ['', ''],
    ['plain', 'plain'],
    ["'=1", "'=1"],
    ['a=b', 'a=b'],
    ['10%', '10%'],
  ])('turns %j into %j', (cell, expected) => {
    expect(guarded(cell)).toBe(expected);
  });

  const starts = [
    '=',
    '+',
    '-',
    '@',
    '\t',
    '\r',
    '\n',
    '＝',
    '＋',
    '－',
    '＠',
    '﹦',
    '﹢',
    '﹣',
    '﹫',
  ];
  const blanks = fc.string({
    unit: fc.constantFrom(' ', '\u00a0', '\u2003', '\u3000'),
    maxLength: 3,
  });

  it('lets no cell begin with a formula, whatever blanks and letters hide it', () => {
    fc.assert(
      fc.property(
        blanks,
        fc.constantFrom(...starts),
        fc.string({ unit: 'grapheme' }),
        (blank, start, rest) => {
          const cell = blank + start + rest;
          fc.pre(!/^[+-]?[\d.]+(e[+-]?\d+)?$/i.test(cell));
          expect(guarded(cell)).toBe(`'${cell}`);
        },
      ),
    );
  });

  it('changes nothing but the front, and numbers never', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (cell) => {
        expect([cell, `'${cell}`]).toContain(guarded(cell));
      }),
    );
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        expect(guarded(String(number))).toBe(String(number));
      }),
    );
  });
});
