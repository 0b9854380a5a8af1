import fc from 'fast-check';
import { zonedWriter } from './zoned-time';

const zones = ['UTC', 'Europe/Berlin', 'Asia/Kolkata', 'America/St_Johns', 'Pacific/Chatham'];

/** What ICU shows, in the same form. */
const shownBy = (zone: string): ((instant: number) => string) => {
  const clock = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  return (instant) => clock.format(instant).replace(' ', 'T');
};

describe('moments written in a zone', () => {
  it.each(zones)('are what its wall clock shows, and the same moment when read: %s', (zone) => {
    const wallClock = shownBy(zone);
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1970-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }),
        fc.array(fc.integer({ min: -3_600_000, max: 100_000 }), { maxLength: 30 }),
        (first, steps) => {
          const write = zonedWriter(zone);
          let instant = first.getTime();
          for (const step of [0, ...steps]) {
            instant += step;
            const text = write(instant);
            expect(Date.parse(text)).toBe(instant);
            expect(text.slice(0, 19)).toBe(wallClock(instant));
          }
        },
      ),
    );
  });

  it('follow the clock where it is set back, hour by hour', () => {
    const write = zonedWriter('Europe/Berlin');
    const around = [-1, 0].map((ms) => write(Date.parse('2026-10-25T01:00:00.000Z') + ms));
    expect(around).toEqual(['2026-10-25T02:59:59.999+02:00', '2026-10-25T02:00:00.000+01:00']);
    expect(zonedWriter('UTC')(5)).toBe('1970-01-01T00:00:00.005Z');
  });
});
