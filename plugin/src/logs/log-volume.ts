import type { DataQueryRequest } from '@grafana/data';
import type { SecretInsightsQuery } from '../types';

/** The insight whose rows are log lines, and the one that counts the same events. */
export const eventsInsight = 'events';
const volumeInsight = 'event-volume';

/** What the bars above Explore's log lines ask: the same events, counted by severity. */
export function volumeQuery(query: SecretInsightsQuery): SecretInsightsQuery | undefined {
  if (query.insight !== eventsInsight || query.hide) {
    return undefined;
  }
  return {
    ...query,
    // Explore tells the bars from the lines by this name.
    refId: `log-volume-${query.refId}`,
    insight: volumeInsight,
    version: 1,
    params: { bucket: 'auto', by: ['severity'] },
    format: 'logs',
  };
}

export function volumeRequest(
  request: DataQueryRequest<SecretInsightsQuery>,
): DataQueryRequest<SecretInsightsQuery> | undefined {
  const targets = request.targets.flatMap((target) => volumeQuery(target) ?? []);
  return targets.length === 0 ? undefined : { ...request, targets };
}
