import {
  SupplementaryQueryType,
  type AdHocVariableFilter,
  type DataFrame,
  type DataQueryRequest,
  type DataQueryResponse,
  type DataSourceGetTagValuesOptions,
  type DataSourceWithLogsContextSupport,
  type DataSourceWithSupplementaryQueriesSupport,
  type DataSourceWithToggleableQueryFiltersSupport,
  type LogRowContextOptions,
  type LogRowModel,
  type MetricFindValue,
  type QueryFilterOptions,
  type ScopedVars,
  type SupplementaryQueryOptions,
  type TimeRange,
  type ToggleFilterAction,
} from '@grafana/data';
import { DataSourceWithBackend, getTemplateSrv } from '@grafana/runtime';
import React from 'react';
import { lastValueFrom, map, type Observable } from 'rxjs';
import type { Catalogue, FieldValues, Filter } from '../../server/src/contract';
import { fromAdHocFilters } from './ad-hoc-filters';
import { annotationSupport } from './annotations';
import { allFilters, describeQuery, findFilter, listableFilters } from './catalogue';
import { expand, expandFilters, expandQuery, type Templates } from './interpolate';
import { isWatched, watch } from './live';
import { withEventLinks } from './logs/event-links';
import { filterFieldOf, hasFilter, toggleFilter } from './logs/label-filters';
import { contextRequest, type Neighbourhood } from './logs/log-context';
import { volumeQuery, volumeRequest } from './logs/log-volume';
import { NeighbourhoodChoice } from './logs/neighbourhood-choice';
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

export class SecretInsightsDataSource
  extends DataSourceWithBackend<SecretInsightsQuery, SecretInsightsOptions>
  implements
    DataSourceWithSupplementaryQueriesSupport<SecretInsightsQuery>,
    DataSourceWithLogsContextSupport<SecretInsightsQuery>,
    DataSourceWithToggleableQueryFiltersSupport<SecretInsightsQuery>
{
  override annotations = annotationSupport;
  override variables: SecretInsightsVariables = new SecretInsightsVariables(this);

  private pendingCatalogue?: Promise<Catalogue>;
  private knownCatalogue?: Catalogue;
  private neighbourhood: Neighbourhood = 'project';

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

  override query(request: DataQueryRequest<SecretInsightsQuery>): Observable<DataQueryResponse> {
    const filtersOf = (refId?: string) =>
      request.targets.find((target) => target.refId === refId)?.filters ?? [];
    const ask = (asked: typeof request) => super.query(asked);
    return (isWatched(request) ? watch(request, ask) : ask(request)).pipe(
      map((response) => ({
        ...response,
        data: (response.data as DataFrame[]).map((frame) =>
          withEventLinks(frame, {
            datasourceUid: this.uid,
            range: request.range,
            filters: expandFilters(filtersOf(frame.refId), request.scopedVars, templates),
          }),
        ),
      })),
    );
  }

  getSupportedSupplementaryQueryTypes(): SupplementaryQueryType[] {
    return [SupplementaryQueryType.LogsVolume];
  }

  getSupplementaryQuery(
    { type }: SupplementaryQueryOptions,
    query: SecretInsightsQuery,
  ): SecretInsightsQuery | undefined {
    return type === SupplementaryQueryType.LogsVolume ? volumeQuery(query) : undefined;
  }

  getSupplementaryRequest(
    type: SupplementaryQueryType,
    request: DataQueryRequest<SecretInsightsQuery>,
  ): DataQueryRequest<SecretInsightsQuery> | undefined {
    return type === SupplementaryQueryType.LogsVolume ? volumeRequest(request) : undefined;
  }

  getLogRowContext = (
    row: LogRowModel,
    options?: LogRowContextOptions,
  ): Promise<DataQueryResponse> =>
    lastValueFrom(this.query(contextRequest(row, this.neighbourhood, options)));

  getLogRowContextUi = (_row: LogRowModel, runContextQuery?: () => void): React.ReactNode =>
    React.createElement(NeighbourhoodChoice, {
      chosen: this.neighbourhood,
      onChoose: (neighbourhood) => {
        this.neighbourhood = neighbourhood;
        runContextQuery?.();
      },
    });

  /** Log lines also show what no filter exists for, such as whole metadata: that changes nothing. */
  toggleQueryFilter(query: SecretInsightsQuery, action: ToggleFilterAction): SecretInsightsQuery {
    const field = filterFieldOf(action.options.key ?? '');
    const known = this.knownCatalogue && allFilters(this.knownCatalogue);
    return known && !findFilter(known, field) ? query : toggleFilter(query, action);
  }

  queryHasFilter(query: SecretInsightsQuery, options: QueryFilterOptions): boolean {
    return hasFilter(query, options);
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
