import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';

import type { Filter, FrameFormat, InsightQuery } from '../../server/src/contract';
import { pluginId } from './ids';

/** The data source is itself a variable, so that one dashboard serves every server. */
export const dataSource = { type: pluginId, uid: '${datasource}' };

/** Fields a dashboard variable may exist for, with its label; the variable carries the field's own name. */
export const variableLabels = {
  source: 'Source',
  org: 'Account',
  project: 'Project',
  environment: 'Environment',
  secret_path: 'Secret path',
  secret_key: 'Secret key',
  event: 'Event',
  class: 'Class',
  actor_type: 'Actor type',
  actor: 'Actor',
  client_type: 'Client',
  auth_method: 'Authentication',
  outcome: 'Outcome',
  ip: 'IP address',
} as const;
export type VariableField = keyof typeof variableLabels;

/** The variables of the dashboard "Secret access". */
export const accessVariables: readonly VariableField[] = [
  'project',
  'environment',
  'actor_type',
  'actor',
];

/** Those of the dashboards about what there is, and not about who reads it. */
export const inventoryVariables: readonly VariableField[] = ['source', 'project', 'environment'];

export type SavedQuery = InsightQuery & { refId: string };

const fromVariable = (field: VariableField): Filter => ({
  field,
  op: 'in',
  values: [`\${${field}}`],
});

/** What is typed into a dashboard's text box; empty text is no filter. */
export const fromTextBox: Filter = { field: 'text', op: 'contains', values: ['${text}'] };

interface InsightOptions {
  params?: Record<string, unknown>;
  /** Variables this insight obeys; those of "Secret access" where none are named. */
  variables?: readonly VariableField[];
  /** Besides those of the variables. */
  filters?: readonly Filter[];
  format?: FrameFormat;
}

/** A panel's query, as it is saved in a dashboard. */
export function insight(id: string, options: InsightOptions = {}): Builder<Dataquery> {
  const { params = {}, variables = accessVariables, filters = [], format } = options;
  const query: SavedQuery & { datasource: typeof dataSource } = {
    refId: 'A',
    datasource: dataSource,
    insight: id,
    version: 1,
    params,
    filters: [...variables.map(fromVariable), ...filters],
    ...(format && { format }),
  };
  // The method only marks the type for the SDK; JSON leaves it out.
  return { build: () => ({ ...query, _implementsDataqueryVariant: () => undefined }) };
}
