import { bind, concat, sql } from '../../store/sql';
import type { Sql } from '../../store/sql';
import type { IngestOptions } from './door';

type ProblemKind = 'missing' | 'unreadable' | 'future' | 'too-late';

/** What can be wrong with an event; the reason completes the sentence `{field} …`. */
export type Check = readonly [isWrong: Sql, field: string, reason: string, kind: ProblemKind];

/** The first thing that is wrong with an event as (field, reason, kind), or empty texts. */
export const firstProblem = (checks: readonly Check[]): Sql =>
  sql`multiIf(${concat(
    checks.map(
      ([isWrong, field, reason, kind]) =>
        sql`${isWrong}, (${bind.text(field)}, ${bind.text(reason)}, ${bind.text(kind)}), `,
    ),
  )}('', '', ''))`;

const day = 86_400_000;
/** Clocks of other machines run ahead a little; more than this is a mistake. */
const aheadMs = 10 * 60_000;

/** What can be wrong with the time of an event, which the staging table holds as `event_time`. */
export const timeChecks = (
  field: string,
  unreadable: string,
  { now, retentionDays }: IngestOptions,
): Check[] => [
  [
    sql`isNull(event_time) OR event_time < toDateTime64('2000-01-02 00:00:00', 6, 'UTC')`,
    field,
    unreadable,
    'unreadable',
  ],
  [sql`event_time > ${bind.instant(now + aheadMs)}`, field, 'is in the future', 'future'],
  [
    sql`event_time < ${bind.instant(Math.max(0, now - retentionDays * day))}`,
    field,
    `is older than the ${retentionDays} days for which events are kept`,
    'too-late',
  ],
];
