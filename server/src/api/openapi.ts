import type { InsightDescription } from '../contract';
import { describeCatalogue } from '../insights/catalogue';
import type { ApiDeps } from './api';
import { insightParameters, metadataNote, parameterComponents } from './openapi-insights';
import type { Route } from './route';
import { componentSchemas, reference } from './schemas';
import type { JsonSchema } from './schemas';

export function openApiRoutes({ version, insights }: ApiDeps, others: readonly Route[]): Route[] {
  const own: Route = {
    method: 'get',
    path: '/openapi.json',
    access: 'token',
    summary: 'This description',
    answer: {
      status: 200,
      description: 'OpenAPI 3.1',
      content: { 'application/json': { type: 'object' } },
    },
    handle: (_request, response) => {
      response.json(
        describeApi(version, describeCatalogue(version, insights.events.fields).insights, [
          ...others,
          own,
        ]),
      );
    },
  };
  return [own];
}

/** The API in OpenAPI 3.1, out of the same declarations that serve and check it. */
export function describeApi(
  version: string,
  insights: readonly InsightDescription[],
  routes: readonly Route[],
): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method]: operation(route) };
  }
  const general = routes.find(({ path }) => path === '/api/v1/insights/:id');
  for (const insight of general ? insights : []) {
    paths[`/api/v1/insights/${insight.id}`] = { get: insightOperation(insight) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Secret Insights',
      version,
      description:
        'Who reads which secret, how, and which rotations failed, out of the audit events of a secret manager.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths,
    components: {
      schemas: componentSchemas,
      parameters: parameterComponents(insights),
      responses: { Problem: problemResponse },
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
    security: [{ token: [] }],
  };
}

const problemResponse = {
  description: 'What was wrong, in one sentence',
  content: { 'application/problem+json': { schema: reference('Problem') } },
};

const answers = (
  status: number,
  description: string,
  content: Readonly<Record<string, JsonSchema>>,
) => ({
  [status]: {
    description,
    ...(Object.keys(content).length > 0 && {
      content: Object.fromEntries(
        Object.entries(content).map(([type, schema]) => [type, { schema }]),
      ),
    }),
  },
  default: { $ref: '#/components/responses/Problem' },
});

function operation({
  method,
  path,
  access,
  summary,
  description,
  parameters,
  body,
  answer,
}: Route): Record<string, unknown> {
  const needs = typeof access === 'string' ? [] : access;
  const rights =
    needs.length > 0 ? `Needs the right ${needs.map((each) => `\`${each}\``).join(' or ')}.` : '';
  const text = [description, rights].filter(Boolean).join(' ');
  return {
    operationId: `${method}${path.replace(/[^A-Za-z0-9]+(.)/g, (_, next: string) => next.toUpperCase()).replace(/\W/g, '')}`,
    summary,
    ...(text !== '' && { description: text }),
    ...(access === 'open' && { security: [] }),
    ...(parameters && {
      parameters: parameters.map(({ name, in: place, description: about, schema }) => ({
        name,
        in: place,
        description: about,
        required: place === 'path',
        schema,
      })),
    }),
    ...(body && {
      requestBody: {
        required: true,
        content: Object.fromEntries(body.types.map((type) => [type, { schema: body.schema }])),
      },
    }),
    responses: answers(answer.status, answer.description, answer.content),
  };
}

function insightOperation(insight: InsightDescription): Record<string, unknown> {
  const columns = insight.columns.map(
    ({ key, title, description }) => `- \`${key}\`: ${title}. ${description}`,
  );
  return {
    operationId: `insight_${insight.id.replaceAll('-', '_')}`,
    summary: insight.title,
    description: [
      insight.about,
      `Without a range: ${insight.default_window}. Needs the right \`${insight.needs}\`.`,
      `Columns:\n${columns.join('\n')}`,
      metadataNote(insight),
    ]
      .filter((part) => part !== '')
      .join('\n\n'),
    parameters: insightParameters(insight),
    responses: answers(200, 'The answer', {
      'application/json': reference('InsightResult'),
      'text/csv': { type: 'string' },
    }),
  };
}
