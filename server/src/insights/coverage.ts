import { sql } from '../store/sql';
import { count, label, project, seconds, share, time } from './columns';
import { defineInsight } from './define';
import { rollingDays } from './windows';

const epoch = sql`toDateTime64(0, 3, 'UTC')`;

export const coverage = defineInsight({
  id: 'coverage',
  version: 1,
  title: 'Coverage',
  about:
    'How fresh and how complete the events of each source and project are in the range. Copies and refusals are counted by the doors of this server; for a table that is only read they are unknown.',
  shape: 'table',
  defaultWindow: rollingDays(30),
  params: {},
  filters: ['source', 'project'],
  columns: {
    source: label('Source', 'The configured connection', { isKey: true }),
    project: project(),
    first_event: time('First event', 'Oldest event in the range'),
    last_event: time(
      'Last event',
      'Newest event up to the end of the range, also one from before it',
    ),
    lag_seconds: seconds('Lag', 'From the newest event to the end of the range'),
    events: count('Events', 'Distinct events in the range, each under the source it came by first'),
    duplicates: count(
      'Duplicates',
      'Copies of events that came again, over whole UTC days of the range; empty where unknown',
    ),
    gaps: count(
      'Days without events',
      'Whole UTC days between the first and the last event on which nothing came',
    ),
    rejected: count('Rejected', 'Events refused in the range, with a reason each'),
    too_late: count('Too late', 'Of those, events older than the retention of raw events'),
    closed_until: time(
      'Closed until',
      'Up to here figures come from closed time; later ones still move',
    ),
    duplicate_share: share('Duplicate share', 'Copies as a part of all events that came'),
    expires_at: time(
      'Expires next',
      'When the vendor means to delete its oldest event of the range; shown, not enforced here',
    ),
  },
  query: ({
    events,
    eventsOfWholeDays,
    accepted,
    rejected,
    lastEvents,
    expiries,
    closedUntil,
    to,
  }) => sql`
    SELECT source, project, nullIf(max(part.first_event), ${epoch}) AS first_event,
      nullIf(max(part.last_event), ${epoch}) AS last_event,
      if(isNull(last_event), NULL, greatest(dateDiff('second', last_event, ${to}), 0)) AS lag_seconds,
      sum(part.events) AS events,
      if(sum(part.accepted) = 0, NULL, greatest(toInt64(sum(part.accepted)) - toInt64(sum(part.whole_day_events)), 0)) AS duplicates,
      if(sum(part.events) = 0, NULL, dateDiff('day', max(part.first_event), max(part.last_in_range), 'UTC') + 1 - sum(part.days)) AS gaps,
      sum(part.rejected) AS rejected, sum(part.too_late) AS too_late,
      ${closedUntil} AS closed_until, duplicates / nullIf(sum(part.accepted), 0) AS duplicate_share,
      min(part.expires_at) AS expires_at
    FROM (
      SELECT source, project, min(day_first) AS first_event, max(day_last) AS last_in_range, ${epoch} AS last_event,
        sum(day_events) AS events, 0 AS whole_day_events, count() AS days, 0 AS accepted, 0 AS rejected, 0 AS too_late,
        CAST(NULL, 'Nullable(DateTime64(3, \\'UTC\\'))') AS expires_at
      FROM (
        SELECT source, project, toStartOfDay(time, 'UTC') AS day, min(first_time) AS day_first, max(last_time) AS day_last, sum(events) AS day_events
        FROM ${events('source', 'project', 'time', 'first_time', 'last_time', 'events')}
        GROUP BY source, project, day
      )
      GROUP BY source, project
      UNION ALL
      SELECT source, project, ${epoch}, ${epoch}, last_event, 0, 0, 0, 0, 0, 0, NULL FROM ${lastEvents()}
      UNION ALL
      SELECT source, project, ${epoch}, ${epoch}, ${epoch}, 0, sum(events), 0, 0, 0, 0, NULL FROM ${eventsOfWholeDays('source', 'project', 'events')} GROUP BY source, project
      UNION ALL
      SELECT source, project, ${epoch}, ${epoch}, ${epoch}, 0, 0, 0, accepted, 0, 0, NULL FROM ${accepted()}
      UNION ALL
      SELECT source, project, ${epoch}, ${epoch}, ${epoch}, 0, 0, 0, 0, rejected, too_late, NULL FROM ${rejected()}
      UNION ALL
      SELECT source, project, ${epoch}, ${epoch}, ${epoch}, 0, 0, 0, 0, 0, 0, expires_at FROM ${expiries()}
    ) AS part
    GROUP BY source, project
    ORDER BY source, project`,
});
