import type { RequestHandler } from 'express';
import { SelfAudit } from '../audit/self-audit';
import { badParameter, Failure } from '../failure';
import { endOfSearch } from '../insights/event-search';
import { eventPage } from '../store/relations/event-pages';
import { oneEvent } from '../store/relations/one-event';
import type { ApiDeps } from './api';
import { cursorOf } from './event-cursor';
import { sendEvents } from './event-export';
import { askedEvents } from './event-question';
import { auditEvent, shapeColumns } from './event-shape';
import { leaving, rangeParameters } from './insights';
import { callerOf, pathValue } from './request-context';
import { searchOf, single } from './rest-query';
import type { Route } from './route';
import { reference, text, whole } from './schemas';

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const defaultLimit = 100;

/** Single events in Infisical's own structure: page by page, one by its id, or all as a file. */
export function eventRoutes(deps: ApiDeps): Route[] {
  return [
    {
      method: 'get',
      path: '/api/v1/events',
      access: ['audit'],
      summary: 'Audit events, newest first, page by page or as a file',
      description:
        'Takes the filters of the insight `events`. A page ends with `next_cursor`; events that arrive meanwhile shift nothing. With `format=ndjson` or `csv` the whole result is streamed. Each call is noted in the insight `self-audit`.',
      parameters: [
        ...rangeParameters,
        {
          name: 'order',
          in: 'query',
          description: 'Which end of the range comes first',
          schema: { ...text, enum: ['newest', 'oldest'], default: 'newest' },
        },
        {
          name: 'limit',
          in: 'query',
          description: 'Events of a page, or of a file, at most',
          schema: { ...whole, minimum: 1, default: defaultLimit },
        },
        {
          name: 'cursor',
          in: 'query',
          description: '`next_cursor` of the page before',
          schema: text,
        },
        {
          name: 'format',
          in: 'query',
          description: 'When not given, Accept decides',
          schema: { ...text, enum: ['json', 'ndjson', 'csv'] },
        },
      ],
      answer: {
        status: 200,
        description: 'The events',
        content: {
          'application/json': reference('EventPage'),
          'application/x-ndjson': reference('AuditEvent'),
          'text/csv': text,
        },
      },
      handle: answerEvents(deps),
    },
    {
      method: 'get',
      path: '/api/v1/events/:id',
      access: ['audit'],
      summary: 'One audit event; noted in the insight `self-audit`',
      parameters: [
        { name: 'id', in: 'path', description: 'Id of the event', schema: text },
        {
          name: 'org',
          in: 'query',
          description: 'Id of the organisation, where two have an event of this id',
          schema: text,
        },
      ],
      answer: {
        status: 200,
        description: 'The event',
        content: { 'application/json': reference('AuditEvent') },
      },
      handle: answerEvent(deps),
    },
  ];
}

const answerEvents = (deps: ApiDeps): RequestHandler => {
  const { insights, config } = deps;
  const audit = new SelfAudit(deps.store, deps.now);
  return async (request, response) => {
    const asked = askedEvents(request, deps);
    const { question, after, format } = asked;
    const signal = leaving(response);
    const note = await audit.begin(callerOf(request), {
      action: format === 'json' ? 'list' : 'export',
      insight: 'events',
      filters: question.filters,
      range: question.range,
    });
    if (format !== 'json') {
      await note(await sendEvents(response, insights, asked, format, signal));
      return;
    }
    const limit = asked.limit ?? Math.min(defaultLimit, config.limits.page);
    const page = await eventPage(
      insights.store,
      insights.events,
      { ...question, after, limit },
      { surface: 'events', signal },
    );
    await note(page.rows.length);
    response.json({
      events: page.rows.map((row) => auditEvent(row, insights)),
      next_cursor: page.next === null ? null : cursorOf(page.next),
      notice: page.searchedTo === null ? null : endOfSearch(page.searchedTo, question.order),
    });
  };
};

const answerEvent = (deps: ApiDeps): RequestHandler => {
  const { insights } = deps;
  const audit = new SelfAudit(deps.store, deps.now);
  return async (request, response) => {
    const id = pathValue(request, 'id');
    const org = single('org', searchOf(request.url).getAll('org'));
    if (!uuid.test(id)) throw badParameter('id', `id must be a UUID, not '${id}'.`);
    if (org !== undefined && !uuid.test(org)) {
      throw badParameter('org', `org must be a UUID, not '${org}'.`);
    }
    const caller = callerOf(request);
    const filters = [
      { field: 'id', op: 'in' as const, values: [id] },
      ...(org === undefined ? [] : [{ field: 'org', op: 'in' as const, values: [org] }]),
    ];
    const note = await audit.begin(caller, { action: 'open', insight: 'events', filters });
    const found = await oneEvent(
      insights.store,
      insights.events,
      { id, org, scope: caller.projects, now: deps.now(), columns: shapeColumns(insights) },
      { surface: 'events', signal: leaving(response) },
    );
    await note(found.length);
    const [row, other] = found;
    if (row === undefined) throw new Failure('unknown', `There is no event with the id ${id}.`);
    if (other !== undefined) {
      throw new Failure(
        'conflict',
        `Several organisations have an event with the id ${id}: name one with org.`,
        { field: 'org' },
      );
    }
    response.json(auditEvent(row, insights));
  };
};
