import { Combobox, InlineField, InlineFieldRow } from '@grafana/ui';
import React from 'react';
import type { FrameFormat } from '../../../server/src/contract';
import { labels, testIds } from '../labels';
import type { SecretInsightsQuery } from '../types';

interface Props {
  query: SecretInsightsQuery;
  onChange: (query: SecretInsightsQuery) => void;
}

const formats: { label: string; value: FrameFormat; description: string }[] = [
  { label: 'Time series', value: 'series', description: 'One line for each label' },
  { label: 'Table', value: 'table', description: 'Rows and columns as they are' },
  { label: 'Log lines', value: 'logs', description: 'One line for each event' },
  { label: 'Numbers', value: 'numeric', description: 'One number for each label, for alert rules' },
];

/** The browser's list leaves out UTC, the zone that days are cut in unless one is chosen. */
const zones = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')].map(
  (zone) => ({ label: zone, value: zone }),
);

export function PresentationFields({ query, onChange }: Props) {
  return (
    <InlineFieldRow>
      <InlineField label={labels.query.format} labelWidth={20} htmlFor={testIds.query.format}>
        <Combobox
          id={testIds.query.format}
          data-testid={testIds.query.format}
          width={24}
          options={formats}
          value={query.format ?? null}
          placeholder="As the insight"
          isClearable
          onChange={(option) => onChange({ ...query, format: option?.value })}
        />
      </InlineField>
      <InlineField label={labels.query.zone} labelWidth={16} htmlFor={testIds.query.zone}>
        <Combobox
          id={testIds.query.zone}
          data-testid={testIds.query.zone}
          width={32}
          options={zones}
          value={query.zone ?? null}
          placeholder="UTC"
          createCustomValue
          isClearable
          onChange={(option) => onChange({ ...query, zone: option?.value })}
        />
      </InlineField>
    </InlineFieldRow>
  );
}
