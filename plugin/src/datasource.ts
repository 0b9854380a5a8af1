import type {
  AdHocVariableFilter,
  DataSourceGetTagValuesOptions,
  MetricFindValue,
  ScopedVars,
  TimeRange,
} from '@grafana/data';
import { DataSourceWithBackend, getTemplateSrv } from '@grafana/runtime';
import type { Catalogue, FieldValues, Filter } from '../../server/src/contract';
import { fromAdHocFilters } from './ad-hoc-filters';
import { annotationSupport } from './annotations';
import { allFilters, describeQuery, listableFilters } from './catalogue';
import { expand, expandFilters, expandQuery, type Templates } from './interpolate';
import type { SecretInsightsOptions, SecretInsightsQuery } from './types';
import { SecretInsightsVariables } from './variables';

export interface FieldValuesRequest {
  field: string;
  search?: string;
  limit?: number;
  range?: TimeRange;
  filters?: Filter[];
  scopedVars?: ScopedVars;
}

const templates: Templates = {
  replace: (text, scopedVars, format) => getTemplateSrv().replace(text, scopedVars, format),
  choosesAll: (name) =>
    getTemplateSrv()
      .getVariables()
      .some(
        (variable) => variable.name === name && 'current' in variable && isAll(variable.current),
      ),
};

function isAll(current: object): boolean {
  const chosen = 'value' in current ? current.value : undefined;
  return chosen === '$__all' || (Array.isArray(chosen) && chosen.includes('$__all'));
}

export class SecretInsightsDataSource extends DataSourceWithBackend<
  SecretInsightsQuery,
  SecretInsightsOptions
> {
  override annotations = annotationSupport;
  override variables: SecretInsightsVariables = new SecretInsightsVariables(this);

  private pendingCatalogue?: Promise<Catalogue>;
  private knownCatalogue?: Catalogue;

  override getDefaultQuery(): Partial<SecretInsightsQuery> {
    return { insight: 'access-volume', version: 1, params: {}, filters: [] };
  }

  override filterQuery(query: SecretInsightsQuery): boolean {
    return Boolean(query.insight);
  }

  override getQueryDisplayText(query: SecretInsightsQuery): string {
    return describeQuery(query, this.knownCatalogue);
  }

  override applyTemplateVariables(
    query: SecretInsightsQuery,
    scopedVars: ScopedVars,
    adHocFilters: AdHocVariableFilter[] = [],
  ): SecretInsightsQuery {
    const expanded = expandQuery(query, scopedVars, templates);
    return {
      ...expanded,
      filters: [...(expanded.filters ?? []), ...fromAdHocFilters(adHocFilters)],
    };
  }

  /** Asked once for the page; a failure is not remembered, so that the next editor tries again. */
  getCatalogue(): Promise<Catalogue> {
    this.pendingCatalogue ??= this.getResource<Catalogue>('insights').then(
      (catalogue) => {
        this.knownCatalogue = catalogue;
        return catalogue;
      },
      (reason: unknown) => {
        this.pendingCatalogue = undefined;
        throw reason;
      },
    );
    return this.pendingCatalogue;
  }

  getFieldValues(request: FieldValuesRequest): Promise<FieldValues> {
    const { field, search, limit, range, filters = [], scopedVars = {} } = request;
    const [text] = expand(search ?? '', scopedVars, templates);
    return this.getResource<FieldValues>(`fields/${encodeURIComponent(field)}/values`, {
      ...(text ? { search: text } : {}),
      ...(limit === undefined ? {} : { limit }),
      ...(range === undefined ? {} : { from: range.from.valueOf(), to: range.to.valueOf() }),
      ...toParameters(expandFilters(filters, scopedVars, templates)),
    });
  }

  override async getTagKeys(): Promise<MetricFindValue[]> {
    const filters = listableFilters(allFilters(await this.getCatalogue()));
    return filters
      .filter(({ ops }) => ops.includes('in'))
      .map(({ field }) => ({ text: field, value: field }));
  }

  override async getTagValues(
    options: DataSourceGetTagValuesOptions<SecretInsightsQuery>,
  ): Promise<MetricFindValue[]> {
    const others = options.filters.filter(({ key }) => key !== options.key);
    const { values } = await this.getFieldValues({
      field: options.key,
      range: options.timeRange,
      filters: fromAdHocFilters(others),
    });
    return values.map(({ label, value }) => ({ text: label, value }));
  }
}

/** `environment=prod&environment=dev`, `actor.not-in=ci`: the names REST uses for filters. */
function toParameters(filters: Filter[]): Record<string, string[]> {
  const parameters: Record<string, string[]> = {};
  for (const { field, op, values } of filters) {
    const name = op === 'in' ? field : `${field}.${op}`;
    parameters[name] = [...(parameters[name] ?? []), ...values];
  }
  return parameters;
}
