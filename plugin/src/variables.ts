import {
  CustomVariableSupport,
  type DataQueryRequest,
  type DataQueryResponse,
} from '@grafana/data';
import { from, map, of, type Observable } from 'rxjs';
import { VariableQueryEditor } from './components/variable-query-editor';
import type { SecretInsightsDataSource } from './datasource';
import type { FieldValuesQuery, SecretInsightsOptions, SecretInsightsQuery } from './types';

/** Values as text and value, so that multi-value variables and All work on what the filters take. */
export class SecretInsightsVariables extends CustomVariableSupport<
  SecretInsightsDataSource,
  FieldValuesQuery,
  SecretInsightsQuery,
  SecretInsightsOptions
> {
  override editor = VariableQueryEditor;

  constructor(private readonly datasource: SecretInsightsDataSource) {
    super();
  }

  override query(request: DataQueryRequest<FieldValuesQuery>): Observable<DataQueryResponse> {
    const [target] = request.targets;
    if (!target?.field) {
      return of({ data: [] });
    }
    const { field, search, limit, filters } = target;
    const { range, scopedVars } = request;
    return from(
      this.datasource.getFieldValues({ field, search, limit, filters, range, scopedVars }),
    ).pipe(
      map(({ values }) => ({
        data: values.map(({ label, value }) => ({ text: label, value })),
      })),
    );
  }
}
