import {
  AdHocVariableBuilder,
  CustomVariableBuilder,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  TextBoxVariableBuilder,
  VariableHide,
  VariableRefresh,
} from '@grafana/grafana-foundation-sdk/dashboard';

import type { Filter } from '../../server/src/contract';
import { pluginId } from './ids';
import { dataSource, variableLabels, type VariableField } from './query';

interface Choice {
  /** Variables that narrow what this one lists: the environments of the chosen projects. */
  within: readonly VariableField[];
  /** What the dashboard is about opens with its most frequent value: All would be a page about nothing. */
  isSubject: boolean;
}

const fieldVariable = (field: VariableField, { within, isSubject }: Choice) => {
  const filters = within.map((each): Filter => ({
    field: each,
    op: 'in',
    values: [`\${${each}}`],
  }));
  const variable = new QueryVariableBuilder(field)
    .label(variableLabels[field])
    .datasource(dataSource)
    .query({ refId: `variable-${field}`, field, ...(filters.length > 0 && { filters }) })
    .definition(field)
    .multi(true)
    // No allValue: with one Grafana hands that text over as if it were a value somebody chose.
    .includeAll(!isSubject)
    .allowCustomValue(true)
    .refresh(VariableRefresh.OnDashboardLoad);
  return isSubject ? variable : variable.current({ text: ['All'], value: ['$__all'] });
};

export const dataSourceVariable = () =>
  new DatasourceVariableBuilder('datasource').label('Data source').type(pluginId);

interface Choices {
  /** Each lists only what the ones before it leave. */
  nested?: boolean;
  /** What the dashboard is about. */
  subject?: VariableField;
}

/** One drop-down for each field. */
export const fieldVariables = (
  fields: readonly VariableField[],
  { nested = false, subject }: Choices = {},
) =>
  fields.map((field, index) =>
    fieldVariable(field, {
      within: nested ? fields.slice(0, index) : [],
      isSubject: field === subject,
    }),
  );

export const adHocFilters = () =>
  new AdHocVariableBuilder('filters').label('Filters').datasource(dataSource);

export const textBox = (name: string, label: string) =>
  new TextBoxVariableBuilder(name).label(label).defaultValue('').current({ text: '', value: '' });

/** A number of days that insights take as a parameter; the first is chosen at first. */
export const dayVariable = (name: string, label: string, days: readonly number[]) =>
  new CustomVariableBuilder(name)
    .label(label)
    .values(days.join(','))
    .current({ text: String(days[0]), value: String(days[0]) });

/**
 * What a button's dialog leaves out: Grafana puts in what was typed for `$name`, and where nothing was,
 * the variable of that name.
 */
export const blankInput = (name: string) => textBox(name, name).hide(VariableHide.HideVariable);
