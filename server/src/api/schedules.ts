import { z } from 'zod';
import { recipientsSchema } from '../reports/recipients';
import { scheduleRequestSchema } from '../reports/schedule';
import type { Schedule } from '../reports/schedule';
import type { ApiDeps } from './api';
import { runView, runViewSchema, scheduleView, scheduleViewSchema } from './report-views';
import { pathValue } from './request-context';
import { requesterOf } from './requester';
import type { Route } from './route';
import { list, record, sentSchema, text } from './schemas';

const id = { name: 'id', in: 'path', description: 'Id of the schedule', schema: text } as const;
const json = { kind: 'json', types: ['application/json'] } as const;
const sendNowSchema = z.strictObject({
  to_me: z.boolean().optional().describe('Only to the Grafana user who asks'),
  recipients: recipientsSchema
    .optional()
    .describe("In place of the schedule's own, to see it first"),
});
const one = (status: 200 | 201, description: string): Route['answer'] => ({
  status,
  description,
  content: { 'application/json': scheduleViewSchema },
});

export function scheduleRoutes(deps: ApiDeps): Route[] {
  return [...readingRoutes(deps), ...changingRoutes(deps), ...stateRoutes(deps)];
}

const viewer =
  (context: ApiDeps) =>
  (schedule: Schedule): Record<string, unknown> =>
    scheduleView(schedule, context);

function readingRoutes(deps: ApiDeps): Route[] {
  const { schedules } = deps.reports;
  const view = viewer(deps);
  return [
    {
      method: 'get',
      path: '/api/v1/schedules',
      access: ['reports'],
      summary: 'The schedules of reports, with their next runs',
      answer: {
        status: 200,
        description: 'The schedules',
        content: { 'application/json': record({ schedules: list(scheduleViewSchema) }) },
      },
      handle: (request, response) => {
        response.json({ schedules: schedules.list(requesterOf(request)).map(view) });
      },
    },
    {
      method: 'get',
      path: '/api/v1/schedules/:id',
      access: ['reports'],
      summary: 'One schedule',
      parameters: [id],
      answer: one(200, 'The schedule'),
      handle: (request, response) => {
        response.json(view(schedules.get(pathValue(request, 'id'), requesterOf(request))));
      },
    },
  ];
}

function changingRoutes(deps: ApiDeps): Route[] {
  const { schedules } = deps.reports;
  const view = viewer(deps);
  const body = { ...json, schema: sentSchema(scheduleRequestSchema) };
  const removing: Omit<Route, 'method' | 'path'> = {
    access: ['reports:manage'],
    summary: 'Removes a schedule; its runs stay',
    parameters: [id],
    answer: { status: 204, description: 'Removed', content: {} },
    handle: async (request, response) => {
      await schedules.remove(pathValue(request, 'id'), requesterOf(request));
      response.status(204).end();
    },
  };
  return [
    {
      method: 'post',
      path: '/api/v1/schedules',
      access: ['reports:manage'],
      summary: 'Makes a schedule, which runs with the rights of who makes it',
      body,
      answer: one(201, 'The new schedule'),
      handle: async (request, response) => {
        const wanted = scheduleRequestSchema.parse(request.body);
        response.status(201).json(view(await schedules.create(wanted, requesterOf(request))));
      },
    },
    {
      method: 'put',
      path: '/api/v1/schedules/:id',
      access: ['reports:manage'],
      summary: 'Replaces a schedule; it runs with the rights of who replaces it',
      parameters: [id],
      body,
      answer: one(200, 'The schedule as it is now'),
      handle: async (request, response) => {
        const wanted = scheduleRequestSchema.parse(request.body);
        const schedule = pathValue(request, 'id');
        response.json(view(await schedules.replace(schedule, wanted, requesterOf(request))));
      },
    },
    { method: 'delete', path: '/api/v1/schedules/:id', ...removing },
    // Buttons of Grafana's dashboards know GET, POST and PUT alone.
    { method: 'post', path: '/api/v1/schedules/:id/delete', ...removing },
  ];
}

function stateRoutes(deps: ApiDeps): Route[] {
  const { schedules } = deps.reports;
  const setPaused = (name: 'pause' | 'resume', summary: string): Route => ({
    method: 'post',
    path: `/api/v1/schedules/:id/${name}`,
    access: ['reports:manage'],
    summary,
    parameters: [id],
    answer: one(200, 'The schedule as it is now'),
    handle: async (request, response) => {
      const schedule = pathValue(request, 'id');
      const isPaused = name === 'pause';
      const after = await schedules.setPaused(schedule, isPaused, requesterOf(request));
      response.json(viewer(deps)(after));
    },
  });
  return [
    setPaused('pause', 'Lets a schedule rest'),
    setPaused('resume', 'Wakes a schedule; what came due while it rested is not made up'),
    {
      method: 'post',
      path: '/api/v1/schedules/:id/send-now',
      access: ['reports:manage'],
      summary: 'Runs a schedule now, for its recipients or first for somebody else',
      parameters: [id],
      body: { ...json, schema: sentSchema(sendNowSchema) },
      answer: {
        status: 202,
        description: 'The run, which is pending',
        content: { 'application/json': runViewSchema },
      },
      handle: async (request, response) => {
        const wanted = sendNowSchema.parse(request.body);
        const schedule = pathValue(request, 'id');
        const run = await deps.reports.sendNow(schedule, wanted, requesterOf(request));
        response.status(202).json(runView(run, deps));
      },
    },
  ];
}
