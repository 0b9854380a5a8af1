import { TableCellDisplayMode } from '@grafana/grafana-foundation-sdk/common';
import {
  ActionBuilder,
  ActionType,
  ActionVariableBuilder,
  FetchOptionsBuilder,
  HttpRequestMethod,
  type Action,
  type DynamicConfigValue,
} from '@grafana/grafana-foundation-sdk/dashboard';

import { resource } from './links';

interface Button {
  title: string;
  /** Grafana asks this before it does anything. */
  confirmation: string;
  /** Below the data source's resources, which the server judges by who presses. */
  path: string;
  /** JSON; `$name` stands for what was typed. */
  body?: string;
  /** What the dialog asks for: key and label. */
  asks?: Readonly<Record<string, string>>;
  color?: string;
}

/** A button that calls the server through the session of whoever presses it. */
export const button = ({ title, confirmation, path, body = '{}', asks = {}, color }: Button) => {
  const action = new ActionBuilder()
    .type(ActionType.Fetch)
    .title(title)
    .confirmation(confirmation)
    .fetch(
      new FetchOptionsBuilder()
        .method(HttpRequestMethod.POST)
        .url(resource(path))
        .body(body)
        .headers([['Content-Type', 'application/json']]),
    )
    .variables(
      Object.entries(asks).map(([key, label]) => new ActionVariableBuilder().key(key).name(label)),
    );
  return (color === undefined ? action : action.style({ backgroundColor: color })).build();
};

/** Shows buttons in a column's cells in place of its values. */
export const buttons = (...actions: Action[]): DynamicConfigValue[] => [
  { id: 'custom.cellOptions', value: { type: TableCellDisplayMode.Actions } },
  { id: 'actions', value: actions },
];
