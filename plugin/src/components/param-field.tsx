import { Combobox, InlineField, MultiCombobox } from '@grafana/ui';
import React, { useMemo } from 'react';
import type { ParamDescription } from '../../../server/src/contract';
import { testIds } from '../labels';
import { CommittedInput } from './committed-input';

interface Props {
  param: ParamDescription;
  value: unknown;
  /** Without a value the parameter leaves the query and its default holds. */
  onChange: (value: string | string[] | null) => void;
}

export function ParamField({ param, value, onChange }: Props) {
  const id = testIds.query.param(param.key);
  return (
    <InlineField label={param.title} labelWidth={20} tooltip={param.description} htmlFor={id}>
      <ParamInput id={id} param={param} value={value} onChange={onChange} />
    </InlineField>
  );
}

function ParamInput({ id, param, value, onChange }: Props & { id: string }) {
  const options = useMemo(
    () => (param.choices ?? []).map((choice) => ({ label: choice, value: choice })),
    [param.choices],
  );
  const chosen = useMemo(() => asList(value), [value]);
  const placeholder = asList(param.default).join(', ');

  // Dimensions are a list even where only one may be chosen.
  const dimensions = param.kind === 'dimensions';
  if (dimensions && param.most !== 1) {
    return (
      <MultiCombobox
        data-testid={id}
        width={40}
        options={options}
        value={chosen}
        placeholder={placeholder || `up to ${param.most ?? options.length}`}
        createCustomValue
        onChange={(selected) => {
          const values = selected.map((option) => option.value).slice(0, param.most);
          onChange(values.length > 0 ? values : null);
        }}
      />
    );
  }
  if (dimensions || param.kind === 'choice') {
    return (
      <Combobox
        id={id}
        data-testid={id}
        width={40}
        options={options}
        value={chosen[0] ?? null}
        placeholder={placeholder}
        createCustomValue
        isClearable
        onChange={(option) => onChange(option && (dimensions ? [option.value] : option.value))}
      />
    );
  }
  return (
    <CommittedInput
      id={id}
      data-testid={id}
      width={40}
      value={chosen[0] ?? ''}
      placeholder={placeholder}
      onCommit={(text) => onChange(text === '' ? null : text)}
    />
  );
}

function asList(value: unknown): string[] {
  if (value === undefined || value === null) {
    return [];
  }
  return (Array.isArray(value) ? value : [value]).map(String);
}
