import {
  AdHocVariableBuilder,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  VariableRefresh,
} from '@grafana/grafana-foundation-sdk/dashboard';

import { pluginId } from './ids';
import { dataSource, type VariableField } from './query';

const fieldVariable = (field: VariableField, label: string) =>
  new QueryVariableBuilder(field)
    .label(label)
    .datasource(dataSource)
    .query({ refId: `variable-${field}`, field })
    .definition(field)
    .multi(true)
    // No allValue: with one Grafana hands that text over as if it were a value somebody chose.
    .includeAll(true)
    .current({ text: ['All'], value: ['$__all'] })
    .allowCustomValue(true)
    .refresh(VariableRefresh.OnDashboardLoad);

export const variables = [
  new DatasourceVariableBuilder('datasource').label('Data source').type(pluginId),
  fieldVariable('project', 'Project'),
  fieldVariable('environment', 'Environment'),
  fieldVariable('actor_type', 'Actor type'),
  fieldVariable('actor', 'Actor'),
  new AdHocVariableBuilder('filters').label('Filters').datasource(dataSource),
];
