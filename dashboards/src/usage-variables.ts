import {
  CustomVariableBuilder,
  DashboardLinkBuilder,
  DashboardLinkType,
  TimeOptionBuilder,
  TimePickerBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard';

import type { VariableField } from './query';
import { fieldVariables } from './variables';

/** What reported figures obey: they are totals of an account. */
export const accountVariables: readonly VariableField[] = ['source', 'org'];

/** What requests obey as well. */
export const requestVariables: readonly VariableField[] = [
  ...accountVariables,
  'project',
  'actor',
  'secret_path',
  'secret_key',
  'event',
];

/** Akeyless's words for what events call otherwise. */
const titles: Partial<Record<VariableField, string>> = {
  actor: 'User',
  secret_key: 'Secret',
  event: 'Action',
};

export const usageVariables = (fields: readonly VariableField[]) =>
  fields.flatMap((field) =>
    fieldVariables([field]).map((variable) => {
      const title = titles[field];
      return title === undefined ? variable : variable.label(title);
    }),
  );

/** One of a list; what is not on it, such as a product that came later, can be typed. */
const oneOf = (name: string, label: string, choices: readonly (readonly [string, string])[]) => {
  const [text = '', value = ''] = choices[0] ?? [];
  return new CustomVariableBuilder(name)
    .label(label)
    .values(choices.map(([title, id]) => `${title} : ${id}`).join(', '))
    .multi(false)
    .allowCustomValue(true)
    .current({ text, value });
};

export const productVariable = () =>
  oneOf('product', 'Product', [
    ['Secrets management', 'sm'],
    ['Password manager', 'pm'],
    ['Password manager (apm)', 'apm'],
    ['Secure remote access', 'sra'],
  ]);

export const passwordManagerVariable = () =>
  oneOf('product', 'Product', [
    ['Password manager', 'pm'],
    ['Password manager (apm)', 'apm'],
  ]);

export const figureVariable = () =>
  oneOf('figure', 'Figure', [
    ['Clients', 'total_clients'],
    ['Secrets', 'total_secrets'],
    ['Exceeded clients', 'exceeded_clients'],
  ]);

const ranges = [
  ['Month to date', 'now/M', 'now'],
  ['Last 30 days', 'now-30d', 'now'],
  ['Last 7 days', 'now-7d', 'now'],
  ['Today', 'now/d', 'now'],
  ['Last month', 'now-1M/M', 'now-1M/M'],
  ['Last 90 days', 'now-90d', 'now'],
  ['Year to date', 'now/y', 'now'],
  ['Last 12 months', 'now-12M', 'now'],
] as const;

/** In place of Grafana's own list, which has minutes and hours that no report is made for. */
export const reportRanges = () =>
  new TimePickerBuilder().quickRanges(
    ranges.map(([display, from, to]) => new TimeOptionBuilder().display(display).from(from).to(to)),
  );

/** The range that a bill is about, one click away. */
export const monthToDate = (uid: string) =>
  new DashboardLinkBuilder('Month to date')
    .type(DashboardLinkType.Link)
    .icon('clock')
    .url(`/d/${uid}?from=now/M&to=now`)
    .includeVars(true);
