import type { Span } from './closed-time';
import { dueSpans, dueSums } from './due';

const hour = 3_600_000;
const day = 24 * hour;
const at = (iso: string): number => Date.parse(`2026-03-${iso}Z`);
const midnight = (date: string): number => at(`${date}T00:00:00`);

const span = (from: number, to: number, isDirty = false): Span => ({
  from,
  to,
  generation: from / hour,
  isDirty,
  kept: [],
});
const hoursOf = (date: string, from: number, to: number): Span[] =>
  Array.from({ length: to - from }, (_, index) =>
    span(midnight(date) + (from + index) * hour, midnight(date) + (from + index + 1) * hour),
  );

const name = (from: number, to: number, isSum: boolean): string =>
  `${new Date(from).toISOString().slice(8, to - from === day ? 10 : 13)}${isSum ? ' from hours' : ''}`;
const due = (spans: Span[], now: string, first = '09T05:00:00'): string[] =>
  [...dueSpans(spans, at(first), at(now))].map(({ from, to, hours }) =>
    name(from, to, hours !== null),
  );

describe('what is due to be closed', () => {
  it('closes whole hours of today, then days, newest first, back to the first event', () => {
    expect(due([], '11T03:30:00')).toEqual(['11T02', '11T01', '11T00', '10', '09']);
  });

  it('waits for stragglers at the end of an hour and of a day', () => {
    expect(due([], '11T03:01:59')).toEqual(['11T01', '11T00', '10', '09']);
    expect(due([], '11T03:02:00')).toContain('11T02');
    expect(due([span(midnight('09'), midnight('10'))], '11T00:59:59')[0]).toBe('10T23');
    expect(due([span(midnight('09'), midnight('10'))], '11T01:00:00')[0]).toBe('10');
  });

  it('closes the last hour of a day as an hour too, so that the day is added up', () => {
    const yesterday = hoursOf('10', 0, 23);
    expect(due(yesterday, '11T00:01:00', '10T00:00:00')).toEqual([]);
    expect(due(yesterday, '11T00:05:00', '10T00:00:00')).toEqual(['10T23']);
    const whole = hoursOf('10', 0, 24);
    expect(due(whole, '11T00:59:00', '10T00:00:00')).toEqual([]);
    expect(due(whole, '11T01:01:00', '10T00:00:00')).toEqual(['10 from hours']);
  });

  it('counts missing and dirty hours before it adds a day up', () => {
    const [early, late] = [hoursOf('10', 0, 7), hoursOf('10', 8, 24)];
    const dirty = late.map((each, index) => ({ ...each, isDirty: index === 0 }));
    expect(due([...early, ...dirty], '11T01:01:00', '10T00:00:00')).toEqual(['10T08', '10T07']);
  });

  it('counts a dirty day again, and leaves clean ones alone', () => {
    const days = [span(midnight('09'), midnight('10')), span(midnight('10'), midnight('11'), true)];
    expect(due(days, '11T01:00:00')).toEqual(['10']);
  });

  it('never goes inside a closed day when the clock goes back', () => {
    const days = [span(midnight('09'), midnight('10')), span(midnight('10'), midnight('11'))];
    expect(due(days, '10T07:30:00')).toEqual([]);
    const [first, second] = days;
    if (!first || !second) throw new Error('there is no day');
    expect(due([first, { ...second, isDirty: true }], '10T07:30:00')).toEqual([]);
  });

  it('finds nothing where there is no event', () => {
    expect([...dueSpans([], Infinity, at('11T01:00:00'))]).toEqual([]);
    expect(due([], '09T04:00:00')).toEqual(['09T02', '09T01', '09T00']);
  });
});

describe('what is due to be summed', () => {
  // Sums begin on every eighth day since 1970, of which 8 March 2026 is one.
  const days = (from: string, count: number, dirty?: number): Span[] =>
    Array.from({ length: count }, (_, index) =>
      span(midnight(from) + index * day, midnight(from) + (index + 1) * day, index === dirty),
    );
  const starts = (spans: Span[]): string[] =>
    dueSums(spans, []).map(({ from }) => new Date(from).toISOString().slice(5, 10));

  it('takes eight closed days, newest first, and none with a gap or a dirty day', () => {
    expect(starts(days('08', 16))).toEqual(['03-16', '03-08']);
    expect(starts(days('09', 15))).toEqual(['03-16']);
    expect(starts(days('08', 7))).toEqual([]);
    expect(starts(days('08', 16, 3))).toEqual(['03-16']);
    expect(starts([...days('08', 7), ...hoursOf('15', 0, 24)])).toEqual([]);
  });

  it('takes thirty-two days beside the eights in them', () => {
    // 28 February 2026 is a thirty-second day too.
    const spans = Array.from({ length: 32 }, (_, index) =>
      span(Date.parse('2026-02-28') + index * day, Date.parse('2026-02-28') + (index + 1) * day),
    );
    const lengths = dueSums(spans, []).map(({ from, to }) => (to - from) / day);
    expect(lengths).toEqual([8, 8, 8, 8, 32]);
    expect(starts(spans).at(-1)).toBe('02-28');
    expect(starts(spans.slice(1))).toEqual(['03-24', '03-16', '03-08']);
  });

  it('says which days it adds up, and does so once', () => {
    const spans = days('08', 8);
    const of = spans.map(({ generation }) => generation);
    const [due] = dueSums(spans, []);
    expect(due).toEqual({ from: midnight('08'), to: midnight('16'), of });
    expect(
      dueSums(spans, [{ from: midnight('08'), to: midnight('16'), of, generation: 1 }]),
    ).toEqual([]);
  });
});
