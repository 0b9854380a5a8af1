import type { FrameFormat, InsightResult, Shape } from '../contract';
import { badParameter } from '../failure';
import { onePerSeverity } from './data-frame';
import type { DataFrameJson } from './data-frame';
import type { FrameContext } from './layouts';
import { logFrames, logVolumeFrames } from './logs';
import { numericFrames, seriesFrames, tableFrames } from './layouts';

export type { DataFrameJson } from './data-frame';

export interface FrameOptions {
  refId: string;
  format?: FrameFormat;
  shape: Shape;
  /** Columns that name a row and stay the same between evaluations: what an alert's labels are made of. */
  keys: readonly string[];
}

type Layout = (result: InsightResult, context: FrameContext) => DataFrameJson[];

/** The formats that each shape can take; the first is the default. */
const layouts: Readonly<Record<Shape, Partial<Record<FrameFormat, Layout>>>> = {
  series: { series: seriesFrames, table: tableFrames, logs: logVolumeFrames },
  table: { table: tableFrames, numeric: numericFrames },
  numbers: { table: tableFrames, numeric: numericFrames },
  logs: { logs: logFrames, table: tableFrames },
};

/** An answer as Grafana's data frames. @throws Failure naming `format` where the insight has no such layout. */
export function toFrames(
  result: InsightResult,
  { refId, format, shape, keys }: FrameOptions,
): DataFrameJson[] {
  const offered = layouts[shape];
  const formats = Object.keys(offered);
  const layout = offered[format ?? (formats[0] as FrameFormat)];
  if (!layout) {
    throw badParameter(
      'format',
      `format of ${result.meta.insight} must be ${formats.join(' or ')}, not '${format}'.`,
    );
  }
  const { insight, version, closed_until, truncated, notices } = result.meta;
  const meta = {
    typeVersion: [0, 1] as [0, 1],
    notices: onePerSeverity(notices),
    custom: { insight, version, closed_until, truncated },
  };
  return layout(result, { refId, meta, shape, keys });
}
