import type { InsightResult, Row } from '../contract';
import { fieldConfig, fieldTypes } from './data-frame';
import type { DataFrameJson, FrameField, FrameValue } from './data-frame';
import { frameValue } from './frame-values';
import { seriesFrames } from './layouts';
import type { FrameContext } from './layouts';

/**
 * Events as log lines: the names and types of these fields are what Explore and the logs panel look
 * for; without `preferredVisualisationType` Explore shows a table.
 */
export function logFrames(
  { columns, rows }: InsightResult,
  context: FrameContext,
): DataFrameJson[] {
  const { refId, meta } = context;
  const labelled = columns.filter(({ key, type }) => type === 'string' && key !== 'id');
  const details = columns.filter(({ type }) => type === 'json');
  const fixed: [FrameField, (row: Row) => FrameValue][] = [
    [field('timestamp', 'time', 'time.Time'), ({ time }) => Date.parse(String(time))],
    [field('body', 'string', 'string'), line],
    [field('severity', 'string', 'string'), ({ severity }) => String(severity)],
    [field('id', 'string', 'string'), ({ id }) => String(id)],
    [
      field('labels', 'other', 'json.RawMessage'),
      (row) => {
        const labels = labelled
          .map(({ key }) => [labelNames[key] ?? key, String(row[key] ?? '')] as const)
          .filter(([, value]) => value !== '');
        const shown = new Set(labels.map(([, value]) => value));
        const others = metadataLabels(row.event_metadata).filter(([, value]) => !shown.has(value));
        return Object.fromEntries([...labels, ...others]);
      },
    ],
  ];
  return [
    {
      schema: {
        refId,
        meta: { type: 'log-lines', preferredVisualisationType: 'logs', ...meta },
        fields: [
          ...fixed.map(([each]) => each),
          ...details.map((column) => ({
            name: column.key,
            ...fieldTypes[column.type],
            config: fieldConfig(column),
          })),
        ],
      },
      data: {
        values: [
          ...fixed.map(([, value]) => rows.map(value)),
          ...details.map((column) => rows.map((row) => frameValue(column, row))),
        ],
      },
    },
  ];
}

const field = (
  name: string,
  type: FrameField['type'],
  frame: FrameField['typeInfo']['frame'],
): FrameField => ({
  name,
  type,
  typeInfo: { frame, nullable: false },
  config: { displayName: name },
});

/**
 * People know actors by name, and the filter `actor` takes names: the label of that name is what a click
 * filters by.
 */
const labelNames: Readonly<Record<string, string>> = { actor_name: 'actor', actor: 'actor_id' };

/**
 * The single values of an event's metadata under the names of their filters, keys inside keys with dots,
 * so that a line can be filtered by any of them. Lists have no such filter.
 */
function metadataLabels(metadata: unknown, prefix = 'metadata'): (readonly [string, string])[] {
  if (typeof metadata !== 'object' || metadata === null) return [];
  return Object.entries(metadata).flatMap(([key, value]: [string, unknown]) => {
    const name = `${prefix}.${key}`;
    if (Array.isArray(value)) return [];
    if (typeof value === 'object') return metadataLabels(value, name);
    return value === '' ? [] : [[name, String(value)] as const];
  });
}

/** What happened in one line: `get-secret by Identity ci-runner: prod /app DATABASE_URL`. */
function line(row: Row): string {
  const place = [row.environment, row.secret_path, row.secret_key]
    .filter((part) => typeof part === 'string' && part !== '')
    .join(' ');
  const outcome = row.outcome === 'success' ? '' : ` (${String(row.outcome)})`;
  const about = place === '' ? '' : `: ${place}`;
  return `${String(row.event)} by ${String(row.actor_type)} ${String(row.actor_name)}${about}${outcome}`;
}

/** The bars above Explore's log lines: a series of each severity, under the label that Grafana colours by. */
export const logVolumeFrames = (result: InsightResult, context: FrameContext): DataFrameJson[] =>
  seriesFrames(result, context).map((frame) => ({
    ...frame,
    schema: {
      ...frame.schema,
      fields: frame.schema.fields.map(({ labels, ...each }) => ({
        ...each,
        ...(labels?.by !== undefined && { labels: { level: labels.by } }),
      })),
    },
  }));
