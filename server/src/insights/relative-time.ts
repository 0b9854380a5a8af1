const minute = 60_000;
const units = [
  { ms: 86_400_000, long: 'day', short: 'd' },
  { ms: 3_600_000, long: 'hour', short: 'h' },
  { ms: minute, long: 'minute', short: 'm' },
] as const;

type Form = 'long' | 'short';

/** Whole units, the largest that fits: `3 days`, `1h`. Less than a minute is empty. */
function span(ms: number, form: Form): string {
  const unit = units.find((each) => ms >= each.ms);
  if (!unit) return '';
  const amount = Math.floor(ms / unit.ms);
  if (form === 'short') return `${amount}${unit.short}`;
  return `${amount} ${unit.long}${amount === 1 ? '' : 's'}`;
}

/** `in 3 days`, `now`, `overdue by 2 days`: how the page of Infisical says when something is due. */
export function dueText(due: number, now: number): string {
  const text = span(Math.abs(due - now), 'long');
  if (text === '') return 'now';
  return due < now ? `overdue by ${text}` : `in ${text}`;
}

/** Of a rotation that failed: `retries in 1h`, or `failed` where no retry is planned or its time has passed. */
export function retryText(due: number | null, now: number): string {
  if (due === null || due < now) return 'failed';
  const text = span(due - now, 'short');
  return text === '' ? 'retries now' : `retries in ${text}`;
}

/** What the state of a rotation is called. `scheduled` is one that has no time of its own yet. */
export function rotationText(due: number | null, hasFailed: boolean, now: number): string {
  if (hasFailed) return retryText(due, now);
  return due === null ? 'scheduled' : dueText(due, now);
}

/** A time as the store gives it, in epoch milliseconds. */
export const instantOfCell = (cell: unknown): number | null =>
  cell === null || cell === undefined ? null : Date.parse(String(cell));
