/**
 * The wire between the server and everything that reads from it: Grafana's plugin, scripts, the
 * command line. Types only, so that the plugin can import them without a byte of server code.
 *
 * All names are snake_case on the wire where they name data (columns, meta) and camelCase where they
 * name Grafana's own things (refId, intervalMs), because that is how each side spells them.
 */

/** Shapes an insight's rows can have; readers choose their presentation from it. */
export type Shape = 'series' | 'table' | 'numbers' | 'logs';

/** What a column holds. `json` is an object that readers pass through as it is. */
export type ColumnType = 'time' | 'string' | 'number' | 'integer' | 'boolean' | 'strings' | 'json';

/** How a frame should be laid out. Without one, the insight's own shape decides. `numeric` is for alert rules. */
export type FrameFormat = 'series' | 'table' | 'numeric' | 'logs';

export const filterOperators = [
  'in',
  'not-in',
  'prefix',
  'contains',
  'not-contains',
  'glob',
  'cidr',
  'not-cidr',
] as const;
export type FilterOperator = (typeof filterOperators)[number];

/** One condition on one field. Several values are alternatives; no value at all means All. */
export interface Filter {
  field: string;
  op: FilterOperator;
  values: string[];
}

/** What a dashboard saves. `params` may hold text where a number is meant: Grafana's variables are text. */
export interface InsightQuery {
  insight: string;
  version?: number;
  params?: Record<string, unknown>;
  filters?: Filter[];
  format?: FrameFormat;
  /** IANA zone that days and weeks are cut in; UTC unless the user picks one. */
  zone?: string;
}

/** A parameter of an insight, as the query editor needs it to draw a form. */
export interface ParamDescription {
  key: string;
  kind: 'integer' | 'text' | 'choice' | 'dimensions' | 'instant';
  title: string;
  description: string;
  /** Absent where leaving the parameter out has a meaning of its own (`about` says which). */
  default?: string | number | string[];
  /** For `choice` the allowed values, for `dimensions` the fields one can group by. */
  choices?: string[];
  /** For `dimensions`: how many may be chosen at once. */
  most?: number;
  min?: number;
  max?: number;
  schema: Record<string, unknown>;
}

export interface FilterDescription {
  field: string;
  title: string;
  description: string;
  ops: FilterOperator[];
  /** Whether GET /api/v1/fields/{field}/values can complete values. */
  completes: boolean;
}

export interface ColumnDescription {
  key: string;
  type: ColumnType;
  unit?: string;
  title: string;
  description: string;
}

export interface InsightDescription {
  id: string;
  version: number;
  title: string;
  about: string;
  shape: Shape;
  /** The capability a caller needs. */
  needs: Capability;
  /** The range used when none is given, in words: `last 7 days, whole UTC days`. */
  default_window: string;
  params: ParamDescription[];
  filters: FilterDescription[];
  columns: ColumnDescription[];
}

/** GET /api/v1/insights */
export interface Catalogue {
  /** The server's version; the plugin's health check compares it with its own. */
  version: string;
  insights: InsightDescription[];
}

export interface Notice {
  severity: 'info' | 'warning' | 'error';
  text: string;
}

export type Cell = string | number | boolean | null | string[] | Record<string, unknown>;
export type Row = Record<string, Cell>;

export interface ResultMeta {
  insight: string;
  version: number;
  from: string;
  to: string;
  zone: string;
  /** Up to here answers come from closed time; later time still moves as events arrive. */
  closed_until: string | null;
  rows: number;
  truncated: boolean;
  notices: Notice[];
}

/** GET /api/v1/insights/{id} */
export interface InsightResult {
  columns: ColumnDescription[];
  rows: Row[];
  meta: ResultMeta;
}

/** POST /api/v1/query. Range bounds are epoch milliseconds. */
export interface QueryBatch {
  queries: {
    refId: string;
    query: InsightQuery;
    range: { from: number; to: number };
    intervalMs?: number;
    maxDataPoints?: number;
  }[];
}

/** Frames are Grafana's data-frame JSON: {schema:{name,refId,meta,fields},data:{values}}. */
export interface QueryBatchResult {
  results: Record<string, { frames: unknown[]; error?: string; status?: number }>;
}

/** GET /api/v1/fields/{field}/values?search=&limit=&from=&to=&<filters> */
export interface FieldValues {
  field: string;
  values: { value: string; label: string }[];
  truncated: boolean;
}

/** RFC 9457 problem details; `detail` is the one sentence for a person. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  /** The parameter, filter or field the sentence is about. */
  field?: string;
  /** Finds the statement in the server's log and in system.query_log. */
  query_id?: string;
}

export const capabilities = [
  'insights',
  'audit',
  'usage',
  'reports',
  'reports:manage',
  'ingest',
  'admin',
  'speaks-for-grafana',
] as const;
export type Capability = (typeof capabilities)[number];

/** POST /api/v1/ingest/infisical */
export interface IngestAnswer {
  received: number;
  stored: number;
  rejected: { position: number; field: string; reason: string }[];
  /** The list above stops at 100; this is the whole number. */
  rejected_total: number;
}
