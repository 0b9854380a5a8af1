import type { DataSourceJsonData } from '@grafana/data';
import type { DataQuery } from '@grafana/schema';
import type { Filter, InsightQuery } from '../../server/src/contract';

/** The query as a dashboard saves it; the server upgrades an older `version`. */
export interface SecretInsightsQuery extends DataQuery, InsightQuery {}

export interface FieldValuesQuery extends DataQuery {
  field: string;
  search?: string;
  limit?: number;
  /** Makes one variable depend on another: the environments of $project. */
  filters?: Filter[];
}

export interface SecretInsightsOptions extends DataSourceJsonData {
  /** Seconds. */
  timeout?: number;
  tlsSkipVerify?: boolean;
}

export interface SecretInsightsSecrets {
  token?: string;
}
