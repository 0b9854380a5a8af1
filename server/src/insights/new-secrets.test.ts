import { now } from '../../test/harness';
import { day, openPostureStore, secret } from '../../test/posture-store';

it('counts by the Monday of the week, with those that are gone, and flags the week under way', async () => {
  const test = await openPostureStore();
  const at = (text: string) => ({ createdAt: Date.parse(text) });
  const gone = secret('gone', at('2026-03-01T23:59:59.999Z'));
  const all = [
    secret('a', at('2026-03-02T00:00:00.000Z')),
    secret('b', at('2026-03-08T23:59:59.999Z')),
    secret('c', at('2026-03-09T00:00:00.000Z')),
  ];
  await test.poll([gone, ...all], now - 3 * day);
  await test.poll(all, now - day);
  expect(await test.rows('new-secrets', { weeks: 3 })).toEqual([
    { time: '2026-02-23T00:00:00.000Z', secrets: 1, partial: false },
    { time: '2026-03-02T00:00:00.000Z', secrets: 2, partial: false },
    { time: '2026-03-09T00:00:00.000Z', secrets: 1, partial: true },
  ]);
  expect(await test.rows('new-secrets')).toHaveLength(12);
  // Before the first poll nothing is known, however old a secret is.
  const early = await test.rows('new-secrets', { weeks: 1, as_of: 'now-4d' });
  expect(early).toEqual([{ time: '2026-03-09T00:00:00.000Z', secrets: null, partial: true }]);
  await test.close();
});

it('begins a week at midnight of Monday', async () => {
  const test = await openPostureStore();
  await test.poll([secret('a', { createdAt: Date.parse('2026-03-09T00:00:00Z') })], now - 8 * day);
  const weekOf = async (asOf: string) =>
    (await test.rows('new-secrets', { weeks: 1, as_of: asOf }))[0];
  expect(await weekOf('2026-03-09T00:00:00.000Z')).toMatchObject({
    time: '2026-03-09T00:00:00.000Z',
    secrets: 1,
  });
  expect(await weekOf('2026-03-08T23:59:59.999Z')).toMatchObject({
    time: '2026-03-02T00:00:00.000Z',
    secrets: 0,
    partial: true,
  });
  await test.close();
});
