import {
  DashboardLinkBuilder,
  DashboardLinkType,
  type DynamicConfigValue,
} from '@grafana/grafana-foundation-sdk/dashboard';

import type { Filter } from '../../server/src/contract';
import { dashboardUids } from './ids';
import { accessVariables, type VariableField } from './query';

const adHocFilters = 'filters';

interface Link {
  title: string;
  url: string;
  targetBlank?: boolean;
}

export const links = (...value: Link[]): DynamicConfigValue => ({ id: 'links', value });

/** Variables as Grafana writes them into an address: `var-project=a&var-project=b`, All as itself. */
const variablesInUrl = (variables: readonly string[], besides?: string) =>
  variables
    .filter((name) => name !== besides)
    .map((name) => `\${${name}:queryparam}`)
    .join('&');

const ofRow = (column: string) => `\${__data.fields.${column}:percentencode}`;

const sameDashboard = (among: readonly VariableField[], besides: string, assignment: string) =>
  `/d/\${__dashboard.uid}?\${__url_time_range}&${variablesInUrl(['datasource', ...among, adHocFilters], besides)}&${assignment}`;

/** Opens this dashboard for the clicked row alone: the variable takes the value of the row's column. */
export const narrowTo = (
  title: string,
  variable: VariableField,
  column: string,
  among: readonly VariableField[] = accessVariables,
): Link => ({
  title,
  url: sameDashboard(among, variable, `var-${variable}=${ofRow(column)}`),
});

/** The same for the series that was clicked on. */
export const narrowToSeries = (
  title: string,
  variable: VariableField,
  among: readonly VariableField[],
): Link => ({
  title,
  url: sameDashboard(among, variable, `var-${variable}=\${__field.labels.by:percentencode}`),
});

/** The same for a field that has no variable of its own: it becomes the ad-hoc filter `field = value`. */
export const narrowByAdHocFilter = (title: string, field: string): Link => ({
  title,
  url: sameDashboard(
    accessVariables,
    adHocFilters,
    `var-${adHocFilters}=${field}%7C%3D%7C${ofRow(field)}`,
  ),
});

type DashboardName = keyof typeof dashboardUids;

/** Another dashboard, with its variables set from the clicked row: `{actor: 'actor_name'}`. */
export const toDashboard = (
  title: string,
  dashboard: DashboardName,
  columns: Partial<Record<VariableField, string>>,
  kept: readonly VariableField[] = [],
): Link => ({
  title,
  url: `/d/${dashboardUids[dashboard]}?\${__url_time_range}&${[
    variablesInUrl(['datasource', ...kept]),
    ...Object.entries(columns).map(([variable, column]) => `var-${variable}=${ofRow(column)}`),
  ].join('&')}`,
});

export const toActor = (column: string) =>
  toDashboard('What this actor did', 'actor', { actor: column });

export const toSecret = () =>
  toDashboard('Who reads this secret', 'secret', {
    project: 'project',
    environment: 'environment',
    secret_path: 'secret_path',
    secret_key: 'secret_key',
  });

/** A whole dashboard, or one panel of it alone, for the variables that are chosen here. */
export const toPanel = (
  title: string,
  dashboard: DashboardName,
  kept: readonly string[],
  panel?: number,
): Link => ({
  title,
  url: `/d/${dashboardUids[dashboard]}?\${__url_time_range}&${variablesInUrl(['datasource', ...kept])}${panel === undefined ? '' : `&viewPanel=${panel}`}`,
});

/** This dashboard with other values of some variables. */
export const here = (
  title: string,
  kept: readonly string[],
  set: Readonly<Record<string, string>>,
): Link => ({
  title,
  url: `/d/\${__dashboard.uid}?\${__url_time_range}&${[
    variablesInUrl(['datasource', ...kept]),
    ...Object.entries(set).map(([name, value]) => `var-${name}=${value}`),
  ].join('&')}`,
});

/** Something the server gives out as a file or as JSON, through the session of whoever clicks. */
export const resource = (path: string) => `/api/datasources/uid/\${datasource}/resources/${path}`;

/** The range and the variables as the bridge takes them, so that a file holds what the panel shows. */
export const asked = (variables: readonly VariableField[], range = 'from=${__from}&to=${__to}') =>
  `${range}&${variablesInUrl([...variables, adHocFilters])}`;

/** A panel's own filter, as the server's addresses write it: `class=management`, `event.contains=rotat`. */
export const inAddress = ({ field, op, values }: Filter) =>
  values
    .map((value) => {
      const name = op === 'in' ? field : `${field}.${op}`;
      return `${name}=${value.startsWith('$') ? value.replace('}', ':percentencode}') : encodeURIComponent(value)}`;
    })
    .join('&');

/** For every figure of a panel. */
export const dataLink = ({ title, url }: Link) => new DashboardLinkBuilder(title).url(url);

/** A link in a panel's header. It opens a tab of its own: Grafana would take the address for a page of its own. */
export const panelLink = (title: string, url: string) =>
  new DashboardLinkBuilder(title).type(DashboardLinkType.Link).url(url).targetBlank(true);
