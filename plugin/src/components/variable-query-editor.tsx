import type { QueryEditorProps } from '@grafana/data';
import { Alert, Combobox, InlineField } from '@grafana/ui';
import React, { useMemo } from 'react';
import { allFilters } from '../catalogue';
import type { SecretInsightsDataSource } from '../datasource';
import { labels, testIds } from '../labels';
import type { FieldValuesQuery, SecretInsightsOptions, SecretInsightsQuery } from '../types';
import { CommittedInput } from './committed-input';
import { FiltersField } from './filters-field';
import { useCatalogue } from './use-catalogue';
import { useChange } from './use-change';

type Props = QueryEditorProps<
  SecretInsightsDataSource,
  SecretInsightsQuery,
  SecretInsightsOptions,
  FieldValuesQuery
>;

/** Grafana starts a new variable with an empty text where the query would be. */
const unset: FieldValuesQuery = { refId: 'variable', field: '' };

export function VariableQueryEditor({ datasource, query: stored, range, onChange }: Props) {
  const query = typeof stored === 'object' ? stored : unset;
  const change = useChange(query, onChange);
  const { catalogue, error } = useCatalogue(datasource);
  const filters = useMemo(() => (catalogue ? allFilters(catalogue) : []), [catalogue]);
  const fields = useMemo(
    () =>
      filters
        .filter(({ completes }) => completes)
        .map(({ field, title, description }) => ({ label: title, value: field, description })),
    [filters],
  );
  if (error !== undefined) {
    return <Alert severity="error" title={error} />;
  }
  const { field, search, limit } = testIds.variable;
  return (
    <div>
      <InlineField label={labels.variable.field} labelWidth={20} htmlFor={field}>
        <Combobox
          id={field}
          data-testid={field}
          width={40}
          options={fields}
          value={query.field || null}
          placeholder="Choose the field whose values are listed"
          onChange={(option) => change({ ...query, field: option.value })}
        />
      </InlineField>
      <InlineField label={labels.variable.search} labelWidth={20} htmlFor={search}>
        <CommittedInput
          id={search}
          data-testid={search}
          width={40}
          value={query.search ?? ''}
          placeholder="any text"
          onCommit={(text) => change({ ...query, search: text || undefined })}
        />
      </InlineField>
      <InlineField label={labels.variable.limit} labelWidth={20} htmlFor={limit}>
        <CommittedInput
          id={limit}
          data-testid={limit}
          width={40}
          value={String(query.limit ?? '')}
          placeholder="as many as the server gives"
          onCommit={(text) => change({ ...query, limit: positive(text) })}
        />
      </InlineField>
      <FiltersField
        datasource={datasource}
        available={filters}
        filters={query.filters ?? []}
        range={range}
        onChange={(changed) => change({ ...query, filters: changed })}
      />
    </div>
  );
}

function positive(text: string): number | undefined {
  const limit = Number.parseInt(text, 10);
  return limit > 0 ? limit : undefined;
}
