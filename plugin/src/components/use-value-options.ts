import type { TimeRange } from '@grafana/data';
import { getTemplateSrv } from '@grafana/runtime';
import type { ComboboxOption } from '@grafana/ui';
import { useCallback, useRef } from 'react';
import type { SecretInsightsDataSource } from '../datasource';

const mostValues = 100;

/** Variables that hold values a filter can take; an ad-hoc or a data source variable does not. */
const variableTypes = ['query', 'custom', 'constant', 'textbox'];

function variableOptions(search: string): ComboboxOption[] {
  return getTemplateSrv()
    .getVariables()
    .filter(({ type }) => variableTypes.includes(type))
    .map(({ name }) => ({ label: `$${name}`, value: `\${${name}}`, group: 'Variables' }))
    .filter(({ label }) => label.includes(search));
}

/**
 * Asks the server on opening and while typing, for what contains the typed text: a store can hold more
 * paths than a list. Where it cannot answer, typed values still work.
 */
export function useValueOptions(
  datasource: SecretInsightsDataSource,
  field: string,
  completes: boolean | undefined,
  range: TimeRange | undefined,
): (search: string) => Promise<ComboboxOption[]> {
  // The range of a live dashboard moves all the time and must not make the list load anew.
  const latestRange = useRef(range);
  latestRange.current = range;
  return useCallback(
    async (search) => {
      const variables = variableOptions(search);
      if (!completes) {
        return variables;
      }
      const { values } = await datasource
        .getFieldValues({ field, search, limit: mostValues, range: latestRange.current })
        .catch(() => ({ values: [] }));
      return [...variables, ...values];
    },
    [datasource, field, completes],
  );
}
