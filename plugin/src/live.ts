import {
  CoreApp,
  dateTime,
  type DataFrame,
  type DataQueryRequest,
  type DataQueryResponse,
} from '@grafana/data';
import { distinctUntilChanged, exhaustMap, map, timer, type Observable } from 'rxjs';
import type { SecretInsightsQuery } from './types';

const onDashboards: string[] = [CoreApp.Dashboard, CoreApp.PanelViewer];
/** What changes within seconds while somebody watches: a report is made, a schedule is paused. */
const watched = ['report-runs', 'report-files', 'report-schedules'];
const interval = 3_000;

type Ask = (request: DataQueryRequest<SecretInsightsQuery>) => Observable<DataQueryResponse>;

export const isWatched = ({ app, targets }: DataQueryRequest<SecretInsightsQuery>): boolean =>
  onDashboards.includes(app) && targets.some(({ insight }) => watched.includes(insight));

/**
 * Asks again and again as long as the panel is shown, and passes on what changed. A dashboard's own
 * refresh draws every table anew, and the dialog of a button closes with the cell that it belongs to.
 */
export function watch(
  request: DataQueryRequest<SecretInsightsQuery>,
  ask: Ask,
): Observable<DataQueryResponse> {
  return timer(0, interval).pipe(
    exhaustMap(() => ask(upToNow(request))),
    // Before it is passed on, because Grafana writes into the frames it is given.
    map((response) => ({ response, content: contentOf(response) })),
    distinctUntilChanged((before, after) => before.content === after.content),
    map(({ response }) => response),
  );
}

/** A range that ends now ends at the moment of asking, not of the first time. */
function upToNow(request: DataQueryRequest<SecretInsightsQuery>) {
  const isOpen = request.range.raw.to === 'now';
  return isOpen ? { ...request, range: { ...request.range, to: dateTime() } } : request;
}

const contentOf = ({ data, errors }: DataQueryResponse): string =>
  JSON.stringify([
    (data as DataFrame[]).map(({ fields }) => fields.map(({ values }): unknown => values)),
    errors?.map(({ message }) => message),
  ]);
