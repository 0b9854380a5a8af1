import type { ColumnDescription, ColumnType, Notice } from '../contract';

/** Grafana's data-frame JSON, as far as this server writes it. The Go SDK decodes it in the bridge. */
export interface DataFrameJson {
  schema: { name?: string; refId: string; meta: FrameMeta; fields: FrameField[] };
  /** One list a field, all of one length. */
  data: { values: FrameValue[][] };
}

export interface FrameMeta {
  type: 'table' | 'timeseries-multi' | 'numeric-multi' | 'log-lines';
  typeVersion: [0, 1];
  preferredVisualisationType?: 'table' | 'graph' | 'logs';
  /** Without `inspect`: as text it would fail the SDK's decoder and with it the whole batch. */
  notices: Notice[];
  custom: { insight: string; version: number; closed_until: string | null; truncated: boolean };
}

export interface FrameField extends FieldType {
  name: string;
  labels?: Record<string, string>;
  config: FieldConfig;
}

export interface FieldConfig {
  displayName: string;
  description?: string;
  unit?: string;
  decimals?: number;
}

export interface FieldType {
  type: 'time' | 'string' | 'number' | 'boolean' | 'other';
  /** What the SDK's decoder builds; it panics where this is absent. */
  typeInfo: {
    frame: 'time.Time' | 'string' | 'float64' | 'int64' | 'bool' | 'json.RawMessage';
    nullable: boolean;
  };
}

/** Times are epoch milliseconds here; a `json` column holds any JSON value. */
export type FrameValue = string | number | boolean | null | Record<string, unknown>;

const nullable = (type: FieldType['type'], frame: FieldType['typeInfo']['frame']): FieldType => ({
  type,
  typeInfo: { frame, nullable: true },
});

/** What a column of an insight becomes in a frame. Frames have no lists: they travel as text. */
export const fieldTypes: Readonly<Record<ColumnType, FieldType>> = {
  time: nullable('time', 'time.Time'),
  string: nullable('string', 'string'),
  number: nullable('number', 'float64'),
  integer: nullable('number', 'int64'),
  boolean: nullable('boolean', 'bool'),
  strings: nullable('string', 'string'),
  json: nullable('other', 'json.RawMessage'),
};

export const isNumeric = ({ type }: ColumnDescription): boolean =>
  type === 'integer' || type === 'number';

export function fieldConfig(column: ColumnDescription, displayName = column.title): FieldConfig {
  return {
    displayName,
    description: column.description,
    ...(column.unit !== undefined && { unit: column.unit }),
    ...(column.unit === 'percentunit' && { decimals: 1 }),
  };
}

/** A panel's header shows only the last notice of each severity, so each severity has one. */
export function onePerSeverity(notices: readonly Notice[]): Notice[] {
  const texts = new Map<Notice['severity'], string[]>();
  for (const { severity, text } of notices) {
    texts.set(severity, [...(texts.get(severity) ?? []), text]);
  }
  return [...texts].map(([severity, all]) => ({ severity, text: all.join(' ') }));
}
