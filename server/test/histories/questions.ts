import { collectorId } from '../events';
import type { Bucket } from '../calendar';
import { Oracle } from '../oracle';
import type { Dimension, OracleQuestion } from '../oracle';
import type { Delivery } from '../oracle-events';
import type { Random } from '../random';
import type { Question } from './messages';

const quarter = 900_000;
const day = 86_400_000;

export interface Asked extends Question {
  /** From the events alone: the columns that are compared. */
  expected: readonly Record<string, unknown>[];
}

interface Moment {
  now: number;
  /** First day with events. */
  first: number;
  deliveries: readonly Delivery[];
  /** Raw events are gone, so only what rollups keep can be asked: whole days, or whole quarter hours by few dimensions. */
  hasExpired: boolean;
}

/** Every access insight, with ranges and definitions that differ from time to time. */
export function questionsOf(random: Random, moment: Moment): Asked[] {
  const { now, first, deliveries, hasExpired } = moment;
  const collectors = random.chance(0.5) ? [collectorId] : [];
  const reads = random.chance(0.3) ? 'access-log' : 'insights';
  const oracle = new Oracle({ deliveries, collectors });
  const live = { from: first, to: Math.ceil(now / 5000) * 5000 };
  const days = { from: first + day * random.below(3), to: live.to };
  const lastHours = { from: Math.floor(now / quarter) * quarter - 12 * quarter, to: live.to };
  const quarters = {
    from: first + quarter * random.below(200),
    to: now - quarter * random.below(40),
  };
  quarters.to = Math.floor(quarters.to / quarter) * quarter;
  const any = hasExpired
    ? quarters
    : { from: quarters.from + random.below(quarter), to: quarters.to + random.below(quarter) };

  const volume = (
    bucket: Bucket,
    zone: string,
    range: OracleQuestion['range'],
    by: Dimension | 'none',
  ): Asked => ({
    insight: 'access-volume',
    params: { bucket, reads, ...(by !== 'none' && { by, top: 3 }) },
    zone,
    range,
    collectors,
    expected: oracle.accessVolume(
      { range, zone, reads },
      bucket,
      by === 'none' ? undefined : by,
      3,
    ),
  });
  const table = (
    insight: string,
    range: OracleQuestion['range'],
    params: Record<string, unknown>,
    expected: Asked['expected'],
  ): Asked => ({ insight, params: { reads, ...params }, range, collectors, expected });
  // By day and by hour: the last hours of today, too, where raw events are there.
  const dayed = hasExpired || random.chance(0.5) ? days : lastHours;
  const breakdown = (...by: Dimension[]): Asked =>
    table(
      'access-breakdown',
      dayed,
      { by, limit: 1000 },
      oracle.accessBreakdown({ range: dayed, reads }, by, 1000),
    );
  return [
    volume('day', 'UTC', days, random.pick(['none', 'environment', 'auth_method', 'outcome'])),
    volume('hour', 'UTC', lastHours, random.pick(['none', 'event', 'actor_kind'])),
    volume('day', 'Asia/Kolkata', any, random.pick(['none', 'project', 'actor_type'])),
    volume('day', 'America/New_York', any, random.pick(['none', 'event', 'class', 'source'])),
    table(
      'top-actors',
      dayed,
      { limit: 1000 },
      oracle.topActors({ range: dayed, reads }, 1000).map(({ share: _, ...row }) => row),
    ),
    table(
      'auth-methods',
      dayed,
      {},
      oracle.authMethods({ range: dayed, reads }).map(({ share: _, ...row }) => row),
    ),
    table('access-totals', dayed, {}, [oracle.accessTotals({ range: dayed, reads })]),
    breakdown(random.pick(['environment', 'secret_path', 'client_type', 'project'])),
    breakdown('secret_path', 'secret_key'),
    {
      insight: 'coverage',
      range: any,
      collectors,
      expected: oracle
        .coverage({ range: any }, any)
        .filter(({ events }) => events > 0)
        .map(({ source, project, first_event, last_event, events, gaps }) => ({
          source,
          project,
          first_event,
          last_event,
          events,
          gaps,
        })),
    },
  ];
}
