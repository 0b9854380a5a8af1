import type { TimeRange } from '@grafana/data';
import { Button } from '@grafana/ui';
import React from 'react';
import type { Filter, FilterDescription } from '../../../server/src/contract';
import { listableFilters } from '../catalogue';
import type { SecretInsightsDataSource } from '../datasource';
import { labels } from '../labels';
import { FilterRow } from './filter-row';

interface Props {
  datasource: SecretInsightsDataSource;
  available: FilterDescription[];
  filters: Filter[];
  range?: TimeRange;
  onChange: (filters: Filter[]) => void;
}

export function FiltersField({ datasource, available, filters, range, onChange }: Props) {
  if (available.length === 0 && filters.length === 0) {
    return null;
  }
  const [first] = listableFilters(available);
  return (
    <div>
      {filters.map((filter, index) => (
        <FilterRow
          key={index}
          datasource={datasource}
          available={available}
          filter={filter}
          range={range}
          onChange={(changed) => onChange(filters.with(index, changed))}
          onRemove={() => onChange(filters.toSpliced(index, 1))}
        />
      ))}
      {first && (
        <Button
          variant="secondary"
          size="sm"
          icon="plus"
          onClick={() =>
            onChange([...filters, { field: first.field, op: first.ops[0] ?? 'in', values: [] }])
          }
        >
          {labels.query.addFilter}
        </Button>
      )}
    </div>
  );
}
