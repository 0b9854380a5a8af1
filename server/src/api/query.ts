import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { QueryBatchResult } from '../contract';
import { badParameter } from '../failure';
import { toFrames } from '../frames/frames';
import { findInsight } from '../insights/catalogue';
import { insightQuerySchema, parseParams } from '../insights/parse';
import { runInsight } from '../insights/run';
import { earliest, latest } from '../time/instant';
import type { ReadingDeps } from './api';
import type { ApiCaller } from './caller';
import { eachAtMost } from './each-at-most';
import { leaving } from './insights';
import { explain, logProblem } from './problems';
import { callerOf, contextOf } from './request-context';
import type { Route } from './route';
import { reference } from './schemas';

const mostQueries = 100;

/** Only what a batch needs to be taken apart: each query is judged alone, so that one bad one spoils no panel. */
const batchSchema = z.object({
  queries: z
    .array(
      z.object({
        refId: z.string().min(1).max(200),
        query: z.unknown().optional(),
        range: z.unknown().optional(),
        maxDataPoints: z.number().positive().optional().catch(undefined),
      }),
    )
    .max(mostQueries, `a batch takes at most ${mostQueries} queries`),
});
type BatchQuery = z.infer<typeof batchSchema>['queries'][number];

const instant = z.number().min(earliest).max(latest);
const querySchema = z.object({
  query: insightQuerySchema,
  range: z.object({ from: instant, to: instant }),
});

export function queryRoutes(deps: ReadingDeps): Route[] {
  return [
    {
      method: 'post',
      path: '/api/v1/query',
      access: 'token',
      summary: "Grafana's batch: several insights at once, as data frames",
      description:
        'Each refId is answered on its own: one that fails has `error` and `status`, the others their frames.',
      body: { kind: 'json', types: ['application/json'], schema: reference('QueryBatch') },
      answer: {
        status: 200,
        description: 'One result per refId',
        content: { 'application/json': reference('QueryBatchResult') },
      },
      handle: answerBatch(deps),
    },
  ];
}

const answerBatch = (deps: ReadingDeps): RequestHandler => {
  // One dashboard leaves room in the database for other callers and for the rollups.
  const atOnce = Math.max(1, Math.floor(deps.config.limits.connections / 2));
  return async (request, response) => {
    const { queries } = batchSchema.parse(request.body);
    const names = queries.map(({ refId }) => refId);
    if (new Set(names).size !== names.length) {
      throw badParameter('refId', 'Every query of a batch needs a refId of its own.');
    }
    const caller = callerOf(request);
    const signal = leaving(response);
    const answerOne = async (
      query: BatchQuery,
    ): Promise<[string, QueryBatchResult['results'][string]]> => {
      try {
        signal.throwIfAborted();
        return [query.refId, { frames: await framesOf(deps, query, caller, signal) }];
      } catch (error) {
        const explained = explain(error, contextOf(request).id);
        if (!signal.aborted) logProblem(deps.log, request, explained, error);
        const { detail, status } = explained.problem;
        return [query.refId, { frames: [], error: detail, status }];
      }
    };
    const results = await eachAtMost(atOnce, queries, answerOne);
    const answer: QueryBatchResult = { results: Object.fromEntries(results) };
    response.json(answer);
  };
};

async function framesOf(
  { insights }: ReadingDeps,
  { refId, maxDataPoints, ...given }: BatchQuery,
  caller: ApiCaller,
  signal: AbortSignal,
): Promise<unknown[]> {
  const { query, range } = querySchema.parse(given);
  const result = await runInsight(
    insights,
    {
      query,
      range,
      signal,
      surface: caller.grafana?.isAlert ? 'alert' : 'insight',
      isFromDashboard: true,
      ...(maxDataPoints !== undefined && { points: Math.floor(maxDataPoints) }),
    },
    caller,
  );
  const insight = findInsight(query.insight);
  const columns = insight.columns(parseParams(insight, query.params));
  const keys = Object.keys(columns).filter((key) => columns[key]?.isKey);
  return toFrames(result, {
    refId,
    shape: insight.shape,
    keys,
    ...(query.format && { format: query.format }),
  });
}
