import type { Row } from '../contract';
import { rotationText, dueText, instantOfCell } from './relative-time';
import type { Told } from './define';

const day = 86_400_000;

export interface Span {
  /** Epoch milliseconds, half-open. */
  from: number;
  to: number;
}

/** Something of a row that falls on a moment, in epoch milliseconds. */
export interface CalendarEvent {
  row: Row;
  at: number;
  /** Worked out, not named by the vendor. */
  isProjected: boolean;
}

/**
 * Events of the span from rows of what is due next, in the order of time. A row with `repeat_days` comes
 * again every so many days of 24 hours, as the vendor counts them (it keeps dates in UTC, so a change
 * to summer time does not move one). What is worked out so is `projected`, and only in the future:
 * whether it happened in the past is not known.
 */
export function calendarEvents(
  rows: readonly Row[],
  { from, to }: Span,
  isProjecting: boolean,
  now: number,
): CalendarEvent[] {
  const events = rows.flatMap((row) => {
    const next = instantOfCell(row.at);
    if (next === null) return [];
    const ownDate = next >= from && next < to ? [{ row, at: next, isProjected: false }] : [];
    const step = isProjecting ? Number(row.repeat_days ?? 0) * day : 0;
    if (step <= 0) return ownDate;
    const later = occurrences(next, step, { from: Math.max(from, now), to });
    return [...ownDate, ...later.map((at) => ({ row, at, isProjected: true }))];
  });
  return events.sort(
    (a, b) => a.at - b.at || compare(a.row.kind, b.row.kind) || compare(a.row.title, b.row.title),
  );
}

/** Whole steps after the first date that lie in the span. */
function occurrences(first: number, step: number, { from, to }: Span): number[] {
  const steps = Math.max(1, Math.ceil((from - first) / step));
  const found: number[] = [];
  for (let at = first + steps * step; at < to; at += step) found.push(at);
  return found;
}

/** An event as a row of the list. */
export function describe({ row, at, isProjected }: CalendarEvent, told: Told): Row {
  const isRotation = row.kind === 'rotation';
  const status = isProjected
    ? 'scheduled'
    : isRotation
      ? rotationText(at, Number(row.failed) === 1, told.asOf)
      : dueText(at, told.asOf);
  return {
    ...row,
    at: new Date(at).toISOString(),
    status,
    projected: isProjected,
    link: row.project === null ? null : linkOf(row, told),
  };
}

function linkOf(row: Row, told: Told): string | null {
  const where = {
    org_id: row.org,
    project_id: row.project,
    environment: row.environment,
    secret_path: row.secret_path,
    secret_key: row.secret_key,
  };
  return row.kind === 'rotation'
    ? told.linkTo('rotation', row, { ...where, rotation_id: row.id, rotation_name: row.title })
    : told.linkTo('secret', row, { ...where, secret_id: row.id });
}

const compare = (a: unknown, b: unknown): number => {
  const [one, other] = [String(a), String(b)];
  return one < other ? -1 : one > other ? 1 : 0;
};
