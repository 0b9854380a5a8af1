import { z } from 'zod';
import { asOfMoment } from '../insights/as-of';
import { reportedUsage } from '../insights/reported-usage';
import type { Filter } from '../contract';
import { Failure, badParameter } from '../failure';
import { parseInstant } from '../time/instant';
import { analyticsData, summaryOf } from './analytics-data';
import type { ReadingDeps } from './api';
import { authenticate } from './authenticate';
import { callerOf } from './request-context';
import type { Route } from './route';

const list = z
  .union([z.string().transform((text) => text.split(',')), z.array(z.string())])
  .transform((values) => values.map((value) => value.trim()).filter((value) => value !== ''))
  .default([]);

/** As Akeyless's clients send it; the rest goes beyond it. Members that are not known are left aside, as there. */
const question = z.object({
  token: z.string().default(''),
  from: z.string().optional(),
  to: z.string().optional(),
  account: list,
  source: list,
  product: list,
  summary: z.boolean().default(false),
});

const filter = (field: string, values: string[]): Filter => ({ field, op: 'in', values });

/**
 * Akeyless's own call, answered from the reports that were kept, so that its clients work against this
 * server. They send the token in the body.
 */
export function akeylessRoutes(deps: ReadingDeps): Route[] {
  const { config, tokens } = deps;
  const check = authenticate({
    tokens,
    grafanaRoles: config.grafanaRoles,
    wrongTokensPerMinute: config.limits.wrongTokensPerMinute,
    secretOf: (request) => question.parse(request.body).token || null,
  });
  return [
    {
      method: 'post',
      path: '/api/v1/akeyless/get-analytics-data',
      access: 'open',
      summary: "Akeyless's get-analytics-data, answered from the reports that were kept",
      description:
        'The newest report, of all accounts together; beyond what Akeyless takes, `to` asks for that of an earlier time, `from` refuses one from before, and `account`, `source` and `product` (with commas or as lists) limit it. `token` is a token of this server with the right `usage`.',
      body: {
        kind: 'json',
        types: ['application/json'],
        schema: {
          type: 'object',
          required: ['token'],
          properties: {
            token: { type: 'string' },
            json: { type: 'boolean' },
            from: { type: 'string' },
            to: { type: 'string' },
            account: { type: 'string' },
            source: { type: 'string' },
            product: { type: 'string' },
            summary: { type: 'boolean' },
          },
        },
      },
      answer: {
        status: 200,
        description: "Akeyless's AllAnalyticsData",
        content: { 'application/json': { type: 'object' } },
      },
      handle: async (request, response) => {
        const asked = question.parse(request.body);
        if (asked.token === '') {
          throw new Failure(
            'unauthenticated',
            'This call needs a token of this server: send it as `token` in the body.',
          );
        }
        await new Promise<void>((pass, refuse) => {
          check(request, response, (refusal?: unknown) => {
            if (refusal === undefined) pass();
            else refuse(refusal instanceof Error ? refusal : new Error('refused'));
          });
        });
        const now = deps.now();
        const asOf = asOfMoment(asked.to, now);
        const notBefore = asked.from === undefined ? 0 : parseInstant('from', asked.from, now);
        if (notBefore > asOf.instant) throw badParameter('from', 'from must be before to.');
        const reports = await reportedUsage(
          deps.insights,
          {
            filters: [filter('org', asked.account), filter('source', asked.source)],
            asOf,
            notBefore,
          },
          callerOf(request),
        );
        const data = analyticsData(reports, asked.product);
        response.json(asked.summary ? summaryOf(data) : data);
      },
    },
  ];
}
