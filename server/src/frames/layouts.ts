import type { ColumnDescription, InsightResult, Notice, Row, Shape } from '../contract';
import { badParameter } from '../failure';
import { fieldConfig, fieldTypes, isNumeric, onePerSeverity } from './data-frame';
import type { DataFrameJson, FrameField, FrameMeta } from './data-frame';
import { frameValue, labelValue } from './frame-values';

export interface FrameContext {
  refId: string;
  meta: Omit<FrameMeta, 'type' | 'preferredVisualisationType'>;
  shape: Shape;
  keys: readonly string[];
}

/** One frame with a field for each column. */
export function tableFrames(
  { columns, rows }: InsightResult,
  context: FrameContext,
): DataFrameJson[] {
  const { refId, meta } = context;
  return [
    {
      schema: {
        refId,
        meta: { type: 'table', preferredVisualisationType: 'table', ...meta },
        fields: columns.map((column) => field(column)),
      },
      data: { values: columns.map((column) => valuesOf(column, rows)) },
    },
  ];
}

/** One frame with time and value for each value of `by`. */
export function seriesFrames(
  { columns, rows }: InsightResult,
  context: FrameContext,
): DataFrameJson[] {
  const { refId, meta } = context;
  const time = columns.find(({ type }) => type === 'time');
  const by = columns.find(({ key }) => key === 'by');
  if (!time) throw new TypeError(`the series ${meta.custom.insight} has no column of type time`);
  const measures = columns.filter(isNumeric);
  const inOrder = [...rows].sort((one, other) => instant(time, one) - instant(time, other));
  const series = [...groupByLabel(inOrder, by)];
  if (series.length === 0) series.push([null, []]);
  return series.flatMap(([label, points]) =>
    measures.map((measure): DataFrameJson => {
      const named = label === null ? undefined : label || '(empty)';
      const title = [named, measures.length > 1 ? measure.title : undefined].filter(Boolean);
      const displayName = named === undefined ? measure.title : title.join(' ');
      return {
        schema: {
          ...(named !== undefined && { name: named }),
          refId,
          meta: { type: 'timeseries-multi', preferredVisualisationType: 'graph', ...meta },
          fields: [
            // Every point has its time; Grafana's alerting takes such series without a conversion.
            { ...field(time), typeInfo: { frame: 'time.Time', nullable: false } },
            {
              ...field(measure, displayName),
              ...(label !== null && { labels: { by: label } }),
            },
          ],
        },
        data: { values: [valuesOf(time, points), valuesOf(measure, points)] },
      };
    }),
  );
}

/** For alert rules: one frame with one number for each row, or for each figure where there is only one row. */
export function numericFrames(result: InsightResult, context: FrameContext): DataFrameJson[] {
  const { columns, rows } = result;
  const figures = columns.filter(
    (column) => isNumeric(column) && !context.keys.includes(column.key),
  );
  if (context.shape === 'numbers') {
    return rows.length === 0
      ? figures.map((figure) => numericFrame(figure, undefined, { figure: figure.key }, context))
      : rows.flatMap((row) =>
          figures.map((figure) => numericFrame(figure, row, { figure: figure.key }, context)),
        );
  }
  const [figure] = figures;
  if (!figure) {
    const { insight } = context.meta.custom;
    throw badParameter('format', `format of ${insight} must be table: it has no number.`);
  }
  if (rows.length === 0) return [numericFrame(figure, undefined, undefined, context)];

  const names = columns.filter(({ key }) => context.keys.includes(key));
  const labelled = new Map<string, { row: Row; labels: Record<string, string> }>();
  for (const row of rows) {
    const labels = Object.fromEntries(names.map((name) => [name.key, labelValue(name, row)]));
    const identity = JSON.stringify(labels);
    if (!labelled.has(identity)) labelled.set(identity, { row, labels });
  }
  const hidden = rows.length - labelled.size;
  const noticed = hidden === 0 ? context : withNotice(context, sameNames(hidden));
  return [...labelled.values()].map(({ row, labels }) =>
    numericFrame(figure, row, labels, noticed),
  );
}

function numericFrame(
  figure: ColumnDescription,
  row: Row | undefined,
  labels: Record<string, string> | undefined,
  { refId, meta }: FrameContext,
): DataFrameJson {
  return {
    schema: {
      refId,
      meta: { type: 'numeric-multi', ...meta },
      fields: [{ ...field(figure), ...(labels && { labels }) }],
    },
    data: { values: [row ? [frameValue(figure, row)] : []] },
  };
}

/** Grafana refuses a whole rule over two numbers with the same labels. */
const sameNames = (hidden: number): Notice => ({
  severity: 'warning',
  text: `Rows left out because a row before them has the same names: ${hidden}.`,
});

const withNotice = (context: FrameContext, notice: Notice): FrameContext => ({
  ...context,
  meta: { ...context.meta, notices: onePerSeverity([...context.meta.notices, notice]) },
});

const field = (column: ColumnDescription, displayName?: string): FrameField => ({
  name: column.key,
  ...fieldTypes[column.type],
  config: fieldConfig(column, displayName),
});

const valuesOf = (column: ColumnDescription, rows: readonly Row[]) =>
  rows.map((row) => frameValue(column, row));

/** A point without a time cannot be drawn: the insight has a mistake, and it should be seen. */
function instant(time: ColumnDescription, row: Row): number {
  const value = frameValue(time, row);
  if (typeof value !== 'number') throw new TypeError(`a point has no ${time.key}`);
  return value;
}

function groupByLabel(
  rows: readonly Row[],
  by: ColumnDescription | undefined,
): Map<string | null, Row[]> {
  const groups = new Map<string | null, Row[]>();
  for (const row of rows) {
    const cell = by ? frameValue(by, row) : null;
    const label = cell === null ? null : String(cell);
    const group = groups.get(label);
    if (group) group.push(row);
    else groups.set(label, [row]);
  }
  return groups;
}
