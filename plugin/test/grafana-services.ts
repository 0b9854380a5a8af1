// The two services of Grafana that the plugin uses, as far as they show from outside.
import type { DataSourceInstanceSettings, DataSourcePluginMeta, ScopedVars } from '@grafana/data';
import {
  setBackendSrv,
  setTemplateSrv,
  type BackendSrv,
  type BackendSrvRequest,
  type FetchResponse,
  type TemplateSrv,
} from '@grafana/runtime';
import { defer, of } from 'rxjs';
import { SecretInsightsDataSource } from '../src/datasource';
import type { SecretInsightsOptions } from '../src/types';

type Answer = (request: BackendSrvRequest) => unknown;

/** Answers resource calls with `answer` and keeps what was asked. */
export function serveResources(answer: Answer): BackendSrvRequest[] {
  const asked: BackendSrvRequest[] = [];
  const fetch = (request: BackendSrvRequest) =>
    defer(() => {
      asked.push(request);
      return of({ data: answer(request) } as FetchResponse);
    });
  setBackendSrv({ fetch } as unknown as BackendSrv);
  return asked;
}

interface Variable {
  /** What the format function is given: a list for multi-value variables and for All. */
  value: string | string[];
  all?: boolean;
  type?: string;
}

/** Replaces $name and ${name} as Grafana does; an unknown name stays as it is written. */
export function setVariables(variables: Record<string, Variable>): void {
  const replace = (text = '', scopedVars: ScopedVars = {}, format?: unknown) =>
    text.replace(/\$(\w+)|\$\{(\w+)\}/g, (match, plain?: string, braced?: string) => {
      const name = plain ?? braced ?? '';
      const scoped = scopedVars[name];
      const value: unknown = scoped ? scoped.value : variables[name]?.value;
      if (value === undefined) {
        return match;
      }
      return typeof format === 'function' ? format(value, { name }) : String(value);
    });
  const getVariables = () =>
    Object.entries(variables).map(([name, { value, all, type = 'query' }]) => ({
      name,
      type,
      current: { value: all ? ['$__all'] : value },
    }));
  setTemplateSrv({ replace, getVariables } as unknown as TemplateSrv);
}

export function makeDatasource(): SecretInsightsDataSource {
  const settings: DataSourceInstanceSettings<SecretInsightsOptions> = {
    id: 1,
    uid: 'uid',
    type: 'secret-insights-datasource',
    name: 'Secret Insights',
    meta: {} as DataSourcePluginMeta,
    readOnly: false,
    access: 'proxy',
    jsonData: {},
  };
  return new SecretInsightsDataSource(settings);
}
