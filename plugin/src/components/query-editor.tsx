import type { QueryEditorProps } from '@grafana/data';
import { Alert, Combobox, InlineField, LoadingPlaceholder, Text } from '@grafana/ui';
import React, { useMemo } from 'react';
import { findInsight, switchInsight } from '../catalogue';
import type { SecretInsightsDataSource } from '../datasource';
import { labels, testIds } from '../labels';
import type { SecretInsightsOptions, SecretInsightsQuery } from '../types';
import { FiltersField } from './filters-field';
import { ParamField } from './param-field';
import { PresentationFields } from './presentation-fields';
import { useCatalogue } from './use-catalogue';
import { useChange } from './use-change';

type Props = QueryEditorProps<SecretInsightsDataSource, SecretInsightsQuery, SecretInsightsOptions>;

/** The form is the catalogue's: a new insight of the server needs no change here. */
export function QueryEditor({ datasource, query, range, onChange, onRunQuery }: Props) {
  const { catalogue, error } = useCatalogue(datasource);
  const change = useChange(query, (changed) => {
    onChange(changed);
    onRunQuery();
  });
  const insights = useMemo(
    () =>
      (catalogue?.insights ?? []).map(({ id, title, about }) => ({
        label: title,
        value: id,
        description: about,
      })),
    [catalogue],
  );
  if (error !== undefined) {
    return <Alert severity="error" title={error} />;
  }
  if (catalogue === undefined) {
    return <LoadingPlaceholder text="Asking the server for its insights" />;
  }

  const insight = findInsight(catalogue, query.insight);
  const params = query.params ?? {};
  return (
    <div data-testid={testIds.query.editor}>
      <InlineField label={labels.query.insight} labelWidth={20} htmlFor={testIds.query.insight}>
        <Combobox
          id={testIds.query.insight}
          data-testid={testIds.query.insight}
          width={40}
          options={insights}
          value={insight ? query.insight : null}
          placeholder="Choose an insight"
          onChange={({ value }) => {
            const chosen = findInsight(catalogue, value);
            if (chosen) {
              change(switchInsight(query, chosen));
            }
          }}
        />
      </InlineField>
      {insight ? (
        <>
          <p data-testid={testIds.query.about}>
            <Text color="secondary">
              {insight.about} Without a range of its own it covers: {insight.default_window}.
            </Text>
          </p>
          {insight.params.map((param) => (
            <ParamField
              key={`${insight.id} ${param.key}`}
              param={param}
              value={params[param.key]}
              onChange={(value) =>
                change({ ...query, params: withParam(params, param.key, value) })
              }
            />
          ))}
          <FiltersField
            datasource={datasource}
            available={insight.filters}
            filters={query.filters ?? []}
            range={range}
            onChange={(filters) => change({ ...query, filters })}
          />
          <PresentationFields query={query} onChange={change} />
        </>
      ) : (
        query.insight && <UnknownInsight id={query.insight} version={catalogue.version} />
      )}
    </div>
  );
}

function UnknownInsight({ id, version }: { id: string; version: string }) {
  return (
    <Alert severity="error" title={`The server does not know the insight "${id}"`}>
      It is version {version}. Choose another insight, or update the server to the version this
      dashboard was made with. A token without the rights for an insight does not see it either.
    </Alert>
  );
}

function withParam(
  params: Record<string, unknown>,
  key: string,
  value: string | string[] | null,
): Record<string, unknown> {
  const { [key]: _replaced, ...others } = params;
  return value === null ? others : { ...others, [key]: value };
}
