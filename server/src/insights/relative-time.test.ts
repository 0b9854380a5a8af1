import { dueText, retryText, rotationText } from './relative-time';

const now = Date.parse('2026-03-15T10:30:00Z');
const hour = 3_600_000;

it.each([
  [0, 'now'],
  [59_999, 'now'],
  [60_000, 'in 1 minute'],
  [59 * 60_000, 'in 59 minutes'],
  [hour, 'in 1 hour'],
  [24 * hour - 1, 'in 23 hours'],
  [24 * hour, 'in 1 day'],
  [72 * hour, 'in 3 days'],
  [-59_999, 'now'],
  [-60_000, 'overdue by 1 minute'],
  [-48 * hour, 'overdue by 2 days'],
])('%i ms away is "%s"', (distance, text) => {
  expect(dueText(now + distance, now)).toBe(text);
});

it('says when a failed rotation is tried again, if it is', () => {
  expect(retryText(now + hour, now)).toBe('retries in 1h');
  expect(retryText(now + 50 * hour, now)).toBe('retries in 2d');
  expect(retryText(now + 90_000, now)).toBe('retries in 1m');
  expect(retryText(now, now)).toBe('retries now');
  expect(retryText(now - 1, now)).toBe('failed');
  expect(retryText(null, now)).toBe('failed');
  expect(rotationText(null, false, now)).toBe('scheduled');
});
