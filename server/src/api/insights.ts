import type { Request, RequestHandler, Response } from 'express';
import { SelfAudit } from '../audit/self-audit';
import type { Capability } from '../contract';
import { describeCatalogue, findInsight } from '../insights/catalogue';
import { runInsight } from '../insights/run';
import type { ReadingDeps } from './api';
import { sendCsv } from './csv';
import { callerOf, pathValue } from './request-context';
import { parseRestQuery, searchOf } from './rest-query';
import type { RestQuery } from './rest-query';
import type { Route } from './route';
import { reference, text, whole } from './schemas';

/** Rights with which one sees anything at all; each insight then says which one it needs. */
export const readingCapabilities: readonly Capability[] = ['insights', 'audit', 'usage', 'reports'];

export function insightRoutes(deps: ReadingDeps): Route[] {
  return [
    {
      method: 'get',
      path: '/api/v1/insights',
      access: readingCapabilities,
      summary: 'The catalogue: every insight with its parameters, filters and columns',
      answer: {
        status: 200,
        description: 'The catalogue',
        content: { 'application/json': reference('Catalogue') },
      },
      handle: (_request, response) => {
        response.json(describeCatalogue(deps.version, deps.insights.events.fields));
      },
    },
    {
      method: 'get',
      path: '/api/v1/insights/:id',
      access: readingCapabilities,
      summary: 'One insight, as JSON or CSV',
      description:
        'Parameters of the insight by name; every other name is a filter (`environment=prod&environment=dev`, `secret_path.glob=/app/**`, `metadata.<key>=v`). The calls below name what each insight takes. JSON and CSV alike are sent once the whole answer is there; the limit of rows bounds it.',
      parameters: [
        { name: 'id', in: 'path', description: 'Id of the insight', schema: text },
        ...rangeParameters,
        {
          name: 'zone',
          in: 'query',
          description: 'IANA time zone in which days begin; UTC when not given',
          schema: text,
        },
        { name: 'limit', in: 'query', description: 'Rows at most', schema: whole },
        {
          name: 'format',
          in: 'query',
          description: '`json` or `csv`; when not given, Accept decides',
          schema: { ...text, enum: ['json', 'csv'] },
        },
      ],
      answer: {
        status: 200,
        description: 'The answer; CSV has the column keys as its header',
        content: { 'application/json': reference('InsightResult'), 'text/csv': text },
      },
      handle: answerInsight(deps),
    },
  ];
}

export const rangeParameters = (['from', 'to'] as const).map((name) => ({
  name,
  in: 'query' as const,
  description: 'ISO 8601, epoch milliseconds, or relative: now, now-7d, now-6d/d (rounded in UTC)',
  schema: text,
}));

const answerInsight = ({ insights, config, now, store }: ReadingDeps): RequestHandler => {
  const { rows } = config.limits;
  const audit = new SelfAudit(store, now);
  return async (request, response) => {
    const insight = findInsight(pathValue(request, 'id'));
    const asked = parseRestQuery(insight, searchOf(request.url), { now: now(), rows });
    const result = await runInsight(
      insights,
      {
        query: asked.query,
        signal: leaving(response),
        ...(asked.range && { range: asked.range }),
        ...(asked.limit !== undefined && { limit: asked.limit }),
      },
      callerOf(request),
    );
    if (!wantsCsv(asked.format, request)) {
      response.json(result);
      return;
    }
    if (insight.shape === 'logs') {
      const note = await audit.begin(callerOf(request), {
        action: 'export',
        insight: insight.id,
        filters: asked.query.filters ?? [],
        range: { from: Date.parse(result.meta.from), to: Date.parse(result.meta.to) },
      });
      await note(result.rows.length);
    }
    await sendCsv(response, result);
  };
};

const wantsCsv = (format: RestQuery['format'], request: Request): boolean =>
  format === undefined
    ? request.accepts(['application/json', 'text/csv']) === 'text/csv'
    : format === 'csv';

/** Aborts when the caller hangs up, so that nobody's question keeps no database busy. */
export function leaving(response: Response): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}
