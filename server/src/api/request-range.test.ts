import fc from 'fast-check';
import { parseInstant } from '../time/instant';
import { parseRange } from './request-range';

/** A Thursday, the last of a month after a short one. */
const now = Date.parse('2026-12-31T10:30:15.250Z');
const iso = (field: 'from' | 'to', text: string): string =>
  new Date(parseInstant(field, text, now)).toISOString();

describe('a time', () => {
  it.each([
    ['now', '2026-12-31T10:30:15.250Z'],
    ['now-30s', '2026-12-31T10:29:45.250Z'],
    ['now-5m', '2026-12-31T10:25:15.250Z'],
    ['now-2h', '2026-12-31T08:30:15.250Z'],
    ['now-7d', '2026-12-24T10:30:15.250Z'],
    ['now-1w', '2026-12-24T10:30:15.250Z'],
    ['now-1M', '2026-11-30T10:30:15.250Z'],
    ['now-10M', '2026-02-28T10:30:15.250Z'],
    ['now-1y', '2025-12-31T10:30:15.250Z'],
    ['now+1d', '2027-01-01T10:30:15.250Z'],
    // What an address makes of a plus that was not escaped.
    ['now 1d', '2027-01-01T10:30:15.250Z'],
    ['now-1d-2h', '2026-12-30T08:30:15.250Z'],
    ['now/s', '2026-12-31T10:30:15.000Z'],
    ['now/m', '2026-12-31T10:30:00.000Z'],
    ['now/h', '2026-12-31T10:00:00.000Z'],
    ['now/d', '2026-12-31T00:00:00.000Z'],
    ['now-6d/d', '2026-12-25T00:00:00.000Z'],
    ['now/w', '2026-12-28T00:00:00.000Z'],
    ['now/M', '2026-12-01T00:00:00.000Z'],
    ['now/y', '2026-01-01T00:00:00.000Z'],
    ['1767177000000', '2025-12-31T10:30:00.000Z'],
    ['0', '1970-01-01T00:00:00.000Z'],
    ['2026-11-20', '2026-11-20T00:00:00.000Z'],
    ['2026-11-20T09:30', '2026-11-20T09:30:00.000Z'],
    ['2026-11-20T09:30:00.5Z', '2026-11-20T09:30:00.500Z'],
    ['2026-11-20T09:30:00+02:00', '2026-11-20T07:30:00.000Z'],
    ['2026-11-20T09:30:00 0200', '2026-11-20T07:30:00.000Z'],
  ])('%s begins at %s', (text, expected) => {
    expect(iso('from', text)).toBe(expected);
  });

  it.each([
    ['now/d', '2027-01-01T00:00:00.000Z'],
    ['now-1d/d', '2026-12-31T00:00:00.000Z'],
    ['now/M', '2027-01-01T00:00:00.000Z'],
    ['now', '2026-12-31T10:30:15.250Z'],
  ])('%s ends at %s', (text, expected) => {
    expect(iso('to', text)).toBe(expected);
  });

  it.each([
    '',
    'yesterday',
    'now-',
    'now-7',
    'now-7D',
    'now/q',
    'now-7d/',
    '2026-02-30',
    '2026-13-01',
    '20.11.2026',
    '1e12',
    '2026-11-20T25:00',
    '9999999999999999',
    '-1',
    '1969-12-31',
    '2200-01-02',
    'now-100y',
  ])("'%s' is refused naming the field", (text) => {
    expect(() => parseInstant('to', text, now)).toThrow(/^to must be a time such as /);
  });

  it('reads back every instant that JavaScript can write', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date(0), max: new Date('2199-12-31'), noInvalidDate: true }),
        (date) => {
          expect(parseInstant('from', date.toISOString(), now)).toBe(date.getTime());
          expect(parseInstant('from', String(date.getTime()), now)).toBe(date.getTime());
        },
      ),
    );
  });

  it('rounds down for a beginning, up for an end, and never by more than the unit', () => {
    const longest = {
      s: 1e3,
      m: 6e4,
      h: 36e5,
      d: 864e5,
      w: 7 * 864e5,
      M: 31 * 864e5,
      y: 366 * 864e5,
    };
    fc.assert(
      fc.property(
        fc.integer({ min: 1e11, max: 4e12 }),
        fc.constantFrom(...(Object.keys(longest) as (keyof typeof longest)[])),
        (at, unit) => {
          const start = parseInstant('from', `now/${unit}`, at);
          const end = parseInstant('to', `now/${unit}`, at);
          expect(start).toBeLessThanOrEqual(at);
          expect(end).toBeGreaterThan(at);
          expect(end - start).toBeLessThanOrEqual(longest[unit]);
          expect(parseInstant('from', `now/${unit}`, start)).toBe(start);
        },
      ),
    );
  });

  it('answers any text with an instant or a sentence', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          expect(Number.isFinite(parseInstant('from', text, now))).toBe(true);
        } catch (error) {
          expect(error).toMatchObject({ kind: 'bad-parameters', field: 'from' });
        }
      }),
    );
  });
});

describe('a range', () => {
  it('ends now where it has no end', () => {
    expect(parseRange('now-1h', undefined, now)).toEqual({ from: now - 3_600_000, to: now });
  });

  it('is left to the insight where nothing is given', () => {
    expect(parseRange(undefined, undefined, now)).toBeNull();
  });

  it.each([
    [undefined, 'now'],
    ['now', 'now'],
    ['now', 'now-1d'],
  ])('from %s to %s is refused', (from, to) => {
    expect(() => parseRange(from, to, now)).toThrow(/^from /);
  });
});
