import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';

import type { Filter, InsightQuery } from '../../server/src/contract';
import { pluginId } from './ids';

/** The data source is itself a variable, so that one dashboard serves every server. */
export const dataSource = { type: pluginId, uid: '${datasource}' };

/** Fields a dashboard variable exists for; the variable carries the field's own name. */
export const variableFields = ['project', 'environment', 'actor_type', 'actor'] as const;
export type VariableField = (typeof variableFields)[number];

export type SavedQuery = InsightQuery & { refId: string };

const fromVariable = (field: VariableField): Filter => ({
  field,
  op: 'in',
  values: [`\${${field}}`],
});

interface InsightOptions {
  params?: Record<string, unknown>;
  /** Variables this insight obeys; all of them unless it knows fewer fields. */
  variables?: readonly VariableField[];
}

/** A panel's query, as it is saved in a dashboard. */
export function insight(id: string, options: InsightOptions = {}): Builder<Dataquery> {
  const query: SavedQuery & { datasource: typeof dataSource } = {
    refId: 'A',
    datasource: dataSource,
    insight: id,
    version: 1,
    params: options.params ?? {},
    filters: (options.variables ?? variableFields).map(fromVariable),
  };
  // The method only marks the type for the SDK; JSON leaves it out.
  return { build: () => ({ ...query, _implementsDataqueryVariant: () => undefined }) };
}
