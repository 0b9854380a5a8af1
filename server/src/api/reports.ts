import { z } from 'zod';
import { badParameter } from '../failure';
import { recipientsSchema } from '../reports/recipients';
import { runRequestSchema } from '../reports/report-request';
import { needsOf, reportTypes } from '../reports/report-types';
import { runStatuses } from '../reports/run';
import type { Run } from '../reports/run';
import type { ApiDeps } from './api';
import { runView, runViewSchema } from './report-views';
import { pathValue } from './request-context';
import { requesterOf } from './requester';
import { searchOf, single, valuesByName, wholeNumber } from './rest-query';
import type { Route } from './route';
import { list, record, sentSchema, text, whole } from './schemas';
import { sendReportFile } from './send-file';

const id = { name: 'id', in: 'path', description: 'Id of the run', schema: text } as const;
const json = { kind: 'json', types: ['application/json'] } as const;
const resendSchema = z.strictObject({
  recipients: recipientsSchema
    .optional()
    .describe('Of the run; without them all it was not accepted for'),
});
const pageLength = 10;

export function reportRoutes(deps: ApiDeps): Route[] {
  return [...historyRoutes(deps), ...runRoutes(deps), ...fileRoutes(deps)];
}

function historyRoutes({ reports, insights, config }: ApiDeps): Route[] {
  const view = (run: Run): Record<string, unknown> => runView(run, { insights, reports });
  return [
    {
      method: 'get',
      path: '/api/v1/reports',
      access: ['reports'],
      summary: 'Runs of reports, newest first, 10 a page',
      parameters: [
        { name: 'limit', in: 'query', description: 'Runs on a page; 10', schema: whole },
        {
          name: 'cursor',
          in: 'query',
          description: '`next_cursor` of the page before',
          schema: text,
        },
        {
          name: 'status',
          in: 'query',
          description: 'Only runs with this status',
          schema: { ...text, enum: runStatuses },
        },
        { name: 'project', in: 'query', description: 'Only of this project', schema: text },
      ],
      answer: {
        status: 200,
        description: 'A page of runs',
        content: {
          'application/json': record({
            runs: list(runViewSchema),
            total: whole,
            next_cursor: { type: ['string', 'null'] },
          }),
        },
      },
      handle: (request, response) => {
        const { limit, cursor, status, project } = parseList(request.url, config.limits.page);
        const ids = project === undefined ? null : insights.projects.idsOf(project);
        const all = reports
          .list(requesterOf(request))
          .filter((run) => status === undefined || run.status === status)
          .filter((run) => ids === null || ids.includes(run.project));
        const start = cursor === undefined ? 0 : all.findIndex((run) => run.id === cursor) + 1;
        if (cursor !== undefined && start === 0) {
          throw badParameter('cursor', 'This page is gone: begin again without a cursor.');
        }
        const page = all.slice(start, start + limit);
        response.json({
          runs: page.map(view),
          total: all.length,
          next_cursor: start + limit < all.length ? (page.at(-1)?.id ?? null) : null,
        });
      },
    },
    {
      method: 'get',
      path: '/api/v1/reports/types',
      access: ['reports'],
      summary: 'The reports there are, and what those that are not on need',
      answer: {
        status: 200,
        description: 'The reports',
        content: {
          'application/json': record({
            types: list(
              record({
                id: text,
                name: text,
                file: text,
                insights: list(text),
                right: text,
                needs: list(text),
              }),
            ),
          }),
        },
      },
      handle: (_request, response) => {
        const types = reportTypes().map((type) => {
          const { id: typeId, name, file, insights: behind } = type;
          return { id: typeId, name, file, insights: behind, ...needsOf(type) };
        });
        response.json({ types });
      },
    },
    {
      method: 'get',
      path: '/api/v1/reports/verify',
      access: ['reports'],
      summary: 'Checks the chain of manifests and every file that is kept',
      answer: {
        status: 200,
        description: 'Whether all is as it was made, and what is not',
        content: {
          'application/json': record({
            ok: { type: 'boolean' },
            entries: list({ type: 'object' }),
          }),
        },
      },
      handle: async (request, response) => {
        response.json(await reports.verify(requesterOf(request)));
      },
    },
  ];
}

function runRoutes({ reports, insights }: ApiDeps): Route[] {
  const view = (run: Run): Record<string, unknown> => runView(run, { insights, reports });
  const answer = (status: 200 | 202, description: string): Route['answer'] => ({
    status,
    description,
    content: { 'application/json': runViewSchema },
  });
  const deleting: Omit<Route, 'method' | 'path'> = {
    access: ['reports:manage'],
    summary: 'Deletes a run with its files; its number, its hash, who and when stay',
    parameters: [id],
    answer: { status: 204, description: 'Deleted', content: {} },
    handle: async (request, response) => {
      await reports.remove(pathValue(request, 'id'), requesterOf(request));
      response.status(204).end();
    },
  };
  return [
    {
      method: 'post',
      path: '/api/v1/reports',
      access: ['reports'],
      summary: 'Asks for reports; they are made and mailed in the background',
      description: 'One run at a time for each project; a second one is answered with 409.',
      body: { ...json, schema: sentSchema(runRequestSchema) },
      answer: answer(202, 'The run, which is pending'),
      handle: async (request, response) => {
        const wanted = runRequestSchema.parse(request.body);
        const run = await reports.request(wanted, requesterOf(request));
        response.status(202).json(view(run));
      },
    },
    {
      method: 'get',
      path: '/api/v1/reports/:id',
      access: ['reports'],
      summary: 'One run',
      parameters: [id],
      answer: answer(200, 'The run'),
      handle: (request, response) => {
        response.json(view(reports.get(pathValue(request, 'id'), requesterOf(request))));
      },
    },
    { method: 'delete', path: '/api/v1/reports/:id', ...deleting },
    // Buttons of Grafana's dashboards know GET, POST and PUT alone.
    { method: 'post', path: '/api/v1/reports/:id/delete', ...deleting },
    {
      method: 'post',
      path: '/api/v1/reports/:id/resend',
      access: ['reports'],
      summary: 'Mails a run again, to those it was not accepted for or to the named recipients',
      parameters: [id],
      body: { ...json, schema: sentSchema(resendSchema) },
      answer: answer(202, 'The run, whose recipients wait again'),
      handle: async (request, response) => {
        const { recipients } = resendSchema.parse(request.body);
        const run = pathValue(request, 'id');
        const after = await reports.resend(run, recipients, requesterOf(request));
        response.status(202).json(view(after));
      },
    },
  ];
}

function fileRoutes({ reports }: ApiDeps): Route[] {
  return [
    {
      method: 'get',
      path: '/api/v1/reports/:id/files/:file',
      access: ['reports'],
      summary: 'A file of a run; manifest.json is what verifies them',
      parameters: [id, { name: 'file', in: 'path', description: 'Name of the file', schema: text }],
      answer: { status: 200, description: 'The file', content: { 'text/csv': text } },
      handle: async (request, response) => {
        const run = reports.get(pathValue(request, 'id'), requesterOf(request));
        const file = pathValue(request, 'file');
        const manifest = file === 'manifest.json' ? reports.manifest(run) : null;
        if (manifest !== null) {
          response.attachment(file).type('application/json').send(manifest);
          return;
        }
        const path = await reports.download(run, file, request.method === 'GET');
        await sendReportFile(request, response, { path, name: file });
      },
    },
  ];
}

interface ListQuery {
  limit: number;
  cursor: string | undefined;
  status: string | undefined;
  project: string | undefined;
}

const listNames = ['limit', 'cursor', 'status', 'project'] as const;

function parseList(url: string, most: number): ListQuery {
  const values = valuesByName(searchOf(url));
  const unknown = [...values.keys()].find(
    (name) => !(listNames as readonly string[]).includes(name),
  );
  if (unknown !== undefined) {
    throw badParameter(unknown, `This call takes ${listNames.join(', ')}, not '${unknown}'.`);
  }
  const value = (name: (typeof listNames)[number]): string | undefined =>
    single(name, values.get(name));
  const status = value('status');
  if (status !== undefined && !(runStatuses as readonly string[]).includes(status)) {
    throw badParameter(
      'status',
      `status must be one of ${runStatuses.join(', ')}, not '${status}'.`,
    );
  }
  return {
    limit: wholeNumber('limit', value('limit'), most) ?? pageLength,
    cursor: value('cursor'),
    status,
    project: value('project'),
  };
}
