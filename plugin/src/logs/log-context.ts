import {
  CoreApp,
  dateTime,
  LogRowContextQueryDirection,
  type DataQueryRequest,
  type LogRowContextOptions,
  type LogRowModel,
} from '@grafana/data';
import type { Filter } from '../../../server/src/contract';
import type { SecretInsightsQuery } from '../types';
import { eventsInsight } from './log-volume';

/** Whose events count as the neighbours of an event. */
export const neighbourhoods = ['project', 'actor', 'everything'] as const;
export type Neighbourhood = (typeof neighbourhoods)[number];

/** Audit events can be rare: the ones before may be weeks away, and `limit` keeps the page short. */
const reachDays = 30;
const defaultLimit = 100;

/** The filter that keeps an event's neighbours; its own project or actor may be empty. */
function filtersFor({ labels }: LogRowModel, neighbourhood: Neighbourhood): Filter[] {
  const { project, actor_id: actor = labels.actor } = labels;
  const value = { project, actor, everything: undefined }[neighbourhood];
  return value ? [{ field: neighbourhood, op: 'in', values: [value] }] : [];
}

/**
 * The events right before or after one. The instant of the event itself belongs to both sides, because
 * other events share it; Grafana leaves out the lines that it shows already.
 */
export function contextRequest(
  row: LogRowModel,
  neighbourhood: Neighbourhood,
  { direction, limit = defaultLimit }: LogRowContextOptions = {},
): DataQueryRequest<SecretInsightsQuery> {
  const isForward = direction === LogRowContextQueryDirection.Forward;
  const at = dateTime(row.timeEpochMs);
  const from = isForward ? at : dateTime(at).subtract(reachDays, 'days');
  const to = isForward ? dateTime(at).add(reachDays, 'days') : dateTime(row.timeEpochMs + 1);
  const refId = `context-${row.dataFrame.refId ?? 'A'}`;
  return {
    requestId: `${refId}-${direction}-${row.timeEpochMs}`,
    app: CoreApp.Explore,
    interval: '1s',
    intervalMs: 1_000,
    range: { from, to, raw: { from, to } },
    scopedVars: {},
    startTime: Date.now(),
    timezone: 'utc',
    targets: [
      {
        refId,
        insight: eventsInsight,
        version: 1,
        params: { order: isForward ? 'oldest' : 'newest', limit },
        filters: filtersFor(row, neighbourhood),
      },
    ],
  };
}
