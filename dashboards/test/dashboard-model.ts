import type { InsightQuery } from '../../server/src/contract';
import { filesIn, readJson } from './repository';

/** As much of Grafana's classic dashboard JSON as the checks look at. */
export interface DataSourceRef {
  type: string;
  uid: string;
}

export type Target = InsightQuery & { refId: string; datasource?: DataSourceRef };

export interface Override {
  matcher: { id: string; options: string };
  properties: { id: string; value: unknown }[];
}

interface TransformationOptions {
  include?: { names: string[] };
  indexByName?: Record<string, number>;
}

export interface Panel {
  id: number;
  type: string;
  title: string;
  description?: string;
  datasource?: DataSourceRef;
  gridPos: { x: number; y: number; w: number; h: number };
  targets?: Target[];
  panels?: Panel[];
  fieldConfig?: { defaults: { unit?: string }; overrides: Override[] };
  options?: { content?: string; reduceOptions?: { values?: boolean } };
  transformations?: { id: string; options: TransformationOptions }[];
}

export interface Variable {
  name: string;
  type: string;
  query?: string | { refId: string; field: string };
  datasource?: DataSourceRef;
  multi: boolean;
  includeAll: boolean;
  allValue?: string;
}

export interface Dashboard {
  uid: string;
  title: string;
  description?: string;
  timezone: string;
  time: { from: string; to: string };
  panels: Panel[];
  templating: { list: Variable[] };
  annotations?: { list?: { datasource?: DataSourceRef; builtIn?: number }[] };
}

export const dashboards = filesIn('dashboards/json', /\.json$/).map((file) => ({
  file,
  dashboard: readJson<Dashboard>(file),
}));

/** Rows included, and panels folded into a row. */
export const allPanels = (dashboard: Dashboard) =>
  dashboard.panels.flatMap((panel) => [panel, ...(panel.panels ?? [])]);

export const columnsOfOverride = (panel: Panel, property: string) =>
  new Map(
    (panel.fieldConfig?.overrides ?? []).flatMap(({ matcher, properties }) =>
      properties.filter(({ id }) => id === property).map(({ value }) => [matcher.options, value]),
    ),
  );
