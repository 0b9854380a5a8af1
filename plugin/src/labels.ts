/** Every text of the editors and every id that tests look for, in one place. */
export const labels = {
  config: {
    token: 'Token',
    tokenPlaceholder: 'si_…',
    timeout: 'Timeout in seconds',
  },
  query: {
    insight: 'Insight',
    format: 'Format',
    zone: 'Time zone',
    filters: 'Filters',
    addFilter: 'Add filter',
    removeFilter: 'Remove filter',
    filterField: 'Filter field',
    filterOperator: 'Filter operator',
    filterValues: 'Values, empty means all',
  },
  context: {
    around: 'Around it, events of',
    project: 'the same project',
    actor: 'the same actor',
    everything: 'everybody',
  },
  variable: {
    field: 'Field',
    search: 'Containing',
    limit: 'At most',
  },
} as const;

export const testIds = {
  config: { token: 'secret-insights-config-token' },
  query: {
    editor: 'secret-insights-query-editor',
    insight: 'secret-insights-query-insight',
    about: 'secret-insights-query-about',
    param: (key: string) => `secret-insights-query-param-${key}`,
    format: 'secret-insights-query-format',
    zone: 'secret-insights-query-zone',
    filter: 'secret-insights-query-filter',
    filterField: 'secret-insights-filter-field',
    filterOperator: 'secret-insights-filter-operator',
  },
  variable: {
    field: 'secret-insights-variable-field',
    search: 'secret-insights-variable-search',
    limit: 'secret-insights-variable-limit',
  },
} as const;
