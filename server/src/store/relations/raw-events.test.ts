import * as fc from 'fast-check';
import type { RawPart } from './plan';
import { inHalves } from './raw-events';

const hour = 3_600_000;
const day = 24 * hour;
const start = Date.parse('2026-03-01');

describe('long raw time in halves', () => {
  it('leaves short time whole, and time without a beginning', () => {
    const short: RawPart[] = [{ from: start, to: start + 2 * day }];
    expect(inHalves(short)).toEqual([short]);
    const ever: RawPart[] = [{ from: 0, to: start }];
    expect(inHalves(ever)).toEqual([ever]);
    expect(inHalves([])).toEqual([[]]);
  });

  it('keeps every moment, once, with the projects that are left out there', () => {
    const gap = fc.integer({ min: 0, max: 20 * day });
    fc.assert(
      fc.property(fc.array(fc.tuple(gap, gap), { minLength: 1, maxLength: 6 }), (steps) => {
        let at = start;
        const parts: RawPart[] = steps.flatMap(([before, length], index) => {
          const from = at + before;
          at = from + length;
          return length === 0 ? [] : [{ from, to: at, except: [`project-${index}`] }];
        });
        const halves = inHalves(parts);
        const lengthOf = (some: readonly RawPart[]): number =>
          some.reduce((sum, { from, to }) => sum + to - from, 0);
        expect(lengthOf(halves.flat())).toBe(lengthOf(parts));
        for (const half of halves.flat()) {
          const whole = parts.find(({ except }) => except?.[0] === half.except?.[0]);
          expect(half.from).toBeGreaterThanOrEqual(whole?.from ?? NaN);
          expect(half.to).toBeLessThanOrEqual(whole?.to ?? NaN);
        }
        const [first, second] = halves;
        if (second === undefined) return;
        const border = Math.max(...(first ?? []).map(({ to }) => to));
        expect(Math.min(...second.map(({ from }) => from))).toBeGreaterThanOrEqual(border);
      }),
      { seed: 20260315 },
    );
  });
});
