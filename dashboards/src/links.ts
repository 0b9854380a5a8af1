import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';

import { variableFields, type VariableField } from './query';

const adHocFilters = 'filters';

const variablesInUrl = (besides: string) =>
  ['datasource', ...variableFields, adHocFilters]
    .filter((name) => name !== besides)
    .map((name) => `\${${name}:queryparam}`)
    .join('&');

const sameDashboard = (besides: string, assignment: string) =>
  `/d/\${__dashboard.uid}?\${__url_time_range}&${variablesInUrl(besides)}&${assignment}`;

const links = (title: string, url: string): DynamicConfigValue => ({
  id: 'links',
  value: [{ title, url }],
});

/** Opens this dashboard for the clicked row alone: the variable takes the value of the row's column. */
export const narrowByVariable = (title: string, variable: VariableField, column: string) =>
  links(
    title,
    sameDashboard(variable, `var-${variable}=\${__data.fields.${column}:percentencode}`),
  );

/** The same for a field that has no variable of its own: it becomes the ad-hoc filter `field = value`. */
export const narrowByAdHocFilter = (title: string, field: string) =>
  links(
    title,
    sameDashboard(
      adHocFilters,
      `var-${adHocFilters}=${field}%7C%3D%7C\${__data.fields.${field}:percentencode}`,
    ),
  );
