import type { TimeRange } from '@grafana/data';
import { Combobox, IconButton, InlineField, InlineFieldRow, MultiCombobox } from '@grafana/ui';
import React, { useMemo } from 'react';
import type { Filter, FilterDescription } from '../../../server/src/contract';
import { findFilter, listableFilters } from '../catalogue';
import type { SecretInsightsDataSource } from '../datasource';
import { labels, testIds } from '../labels';
import { useValueOptions } from './use-value-options';

interface Props {
  datasource: SecretInsightsDataSource;
  available: FilterDescription[];
  filter: Filter;
  range?: TimeRange;
  onChange: (filter: Filter) => void;
  onRemove: () => void;
}

export function FilterRow({ datasource, available, filter, range, onChange, onRemove }: Props) {
  const description = findFilter(available, filter.field);
  const listable = useMemo(() => listableFilters(available), [available]);
  const fieldOptions = useMemo(
    () =>
      listable.map(({ field, title, description: about }) => ({
        label: title,
        value: field,
        description: about,
      })),
    [listable],
  );
  const operatorOptions = useMemo(
    () => (description?.ops ?? [filter.op]).map((op) => ({ label: op, value: op })),
    [description, filter.op],
  );
  const loadValues = useValueOptions(datasource, filter.field, description?.completes, range);
  const values = useMemo(() => filter.values.map((value) => ({ value })), [filter.values]);

  const changeField = (field: string) => {
    const ops = findFilter(available, field)?.ops ?? [filter.op];
    const op = ops.includes(filter.op) ? filter.op : (ops[0] ?? filter.op);
    onChange({ field, op, values: [] });
  };

  return (
    <InlineFieldRow data-testid={testIds.query.filter}>
      <InlineField label={labels.query.filterField} labelWidth={20}>
        <Combobox
          data-testid={testIds.query.filterField}
          width={24}
          options={fieldOptions}
          value={filter.field}
          createCustomValue={listable.length < available.length}
          onChange={(option) => changeField(option.value)}
        />
      </InlineField>
      <Combobox
        data-testid={testIds.query.filterOperator}
        width={18}
        options={operatorOptions}
        value={filter.op}
        onChange={(option) => onChange({ ...filter, op: option.value })}
      />
      <MultiCombobox
        width={40}
        options={loadValues}
        value={values}
        placeholder={labels.query.filterValues}
        createCustomValue
        onChange={(selected) =>
          onChange({ ...filter, values: selected.map((option) => option.value) })
        }
      />
      <IconButton name="trash-alt" tooltip={labels.query.removeFilter} onClick={onRemove} />
    </InlineFieldRow>
  );
}
