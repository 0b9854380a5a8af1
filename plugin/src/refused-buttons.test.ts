import { AppEvents, type EventBusExtended } from '@grafana/data';
import { setAppEvents, setBackendSrv, type BackendSrv } from '@grafana/runtime';
import { Subject } from 'rxjs';
import { explainRefusedButtons } from './refused-buttons';

const shown: unknown[] = [];
const calls = new Subject<unknown>();
const service = (more: object) => setBackendSrv({ ...more } as unknown as BackendSrv);
const refused = (url: string, headers: Record<string, string>) => ({
  requestId: '1',
  response: {
    status: 403,
    config: { url, headers },
    data: { detail: "This needs the right 'reports'.", message: 'other' },
  },
});
const button = { 'X-Grafana-Action': '1' };
const path = 'http://grafana.test/api/datasources/uid/abc/resources/reports';

beforeEach(() => {
  shown.length = 0;
  setAppEvents({ publish: (event: unknown) => shown.push(event) } as unknown as EventBusExtended);
});

test('a refused button is explained in the words of the server', () => {
  service({ getInspectorStream: () => calls });
  const subscription = explainRefusedButtons();
  calls.next(refused(`${path}/1/delete`, button));
  subscription?.unsubscribe();
  expect(shown).toEqual([
    {
      type: AppEvents.alertError.name,
      payload: ['Secret Insights refused this', "This needs the right 'reports'."],
    },
  ]);
});

test('other calls are left to Grafana', () => {
  service({ getInspectorStream: () => calls });
  const subscription = explainRefusedButtons();
  calls.next(refused(path, {}));
  calls.next(refused('http://grafana.test/api/ds/query', button));
  calls.next({ requestId: '2', response: { status: 200, config: { url: path }, data: {} } });
  calls.next(null);
  subscription?.unsubscribe();
  expect(shown).toEqual([]);
});

test('a Grafana that does not tell of its calls is left alone', () => {
  service({});
  expect(explainRefusedButtons()).toBeUndefined();
  service({ getInspectorStream: () => undefined });
  expect(explainRefusedButtons()).toBeUndefined();
});
