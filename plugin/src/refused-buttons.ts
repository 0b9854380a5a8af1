import { AppEvents } from '@grafana/data';
import { getAppEvents, getBackendSrv, isFetchError } from '@grafana/runtime';
import { isObservable, type Observable, type Subscription } from 'rxjs';
import { sentenceOf } from './errors';

/** What the dashboards' buttons call. */
const buttonPath = /\/api\/datasources\/uid\/[^/]+\/resources\/(reports|schedules)\b/;

/**
 * Shows the server's sentence when it refuses what a button asks. Grafana 12.2 only says "An error has
 * occurred" and leaves the reason to the browser's console, because it takes the full address of a
 * button's call for a foreign one. Where Grafana does not tell of its calls, nothing is added.
 */
export function explainRefusedButtons(): Subscription | undefined {
  return calls()?.subscribe((call) => {
    const response: unknown = isRecord(call) ? call.response : undefined;
    if (!isFetchError(response)) {
      return;
    }
    const { config } = response;
    if (config.headers?.['X-Grafana-Action'] !== undefined && buttonPath.test(config.url)) {
      getAppEvents().publish({
        type: AppEvents.alertError.name,
        payload: ['Secret Insights refused this', sentenceOf(response)],
      });
    }
  });
}

/** Every call with what became of it, as Grafana's query inspector sees them; no version promises it. */
function calls(): Observable<unknown> | undefined {
  // Absent where the plugin is loaded without Grafana around it.
  const service = getBackendSrv() as object as { getInspectorStream?: () => unknown } | undefined;
  const stream = service?.getInspectorStream?.();
  return isObservable(stream) ? stream : undefined;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
