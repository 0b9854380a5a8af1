import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { parseRange } from '../src/api/request-range';
import type { InsightQuery, QueryBatch, QueryBatchResult } from '../src/contract';
import { insightQuerySchema } from '../src/insights/parse';

/** A query of a dashboard's panel; its range is relative to now, as Grafana writes it. */
export interface PanelQuery {
  refId: string;
  query: InsightQuery;
  from: string;
  to: string;
}

const dashboardSchema = z.object({
  time: z.object({ from: z.string(), to: z.string() }),
  panels: z.array(
    z.object({
      id: z.number(),
      title: z.string().optional(),
      timeFrom: z.string().optional(),
      targets: z.array(insightQuerySchema.loose()).optional(),
    }),
  ),
});

/**
 * What a dashboard asks the first time it is opened: variables stand at All or at nothing, and the plugin
 * leaves out a filter and a parameter that holds nothing else. Values for the variables' own lists are
 * asked in other calls, and are not part of this.
 */
export function queriesOf(dashboard: string): PanelQuery[] {
  const file = join(__dirname, '../../dashboards/json', `${dashboard}.json`);
  const { time, panels } = dashboardSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  return panels.flatMap(({ id, title = '', timeFrom, targets = [] }) =>
    targets.map(({ insight, version, params = {}, filters = [], format, zone }, index) => ({
      // Each panel counts its own from A.
      refId: `${id}.${index} ${title}`,
      query: {
        insight,
        ...(version !== undefined && { version }),
        params: Object.fromEntries(
          Object.entries(params).filter(([, value]) => !isVariable(value)),
        ),
        filters: filters.filter(({ values }) => !values.some(isVariable)),
        ...(format !== undefined && { format }),
        ...(zone !== undefined && { zone }),
      },
      ...(timeFrom === undefined ? time : { from: `now-${timeFrom}`, to: 'now' }),
    })),
  );
}

const isVariable = (value: unknown): boolean =>
  typeof value === 'string' && /^\$\{\w+\}$/.test(value);

/** The body of one call for all of them. @param now epoch milliseconds */
export function batchAt(queries: readonly PanelQuery[], now: number): string {
  const batch: QueryBatch = {
    queries: queries.map(({ refId, query, from, to }) => ({
      refId,
      query,
      range: parseRange(from, to, now) ?? { from: now, to: now },
    })),
  };
  return JSON.stringify(batch);
}

/** A sentence for each query of a batch that was not answered. */
export const failuresIn = (body: string): string[] =>
  Object.entries((JSON.parse(body) as QueryBatchResult).results).flatMap(([refId, { error }]) =>
    error === undefined ? [] : [`${refId}: ${error}`],
  );
