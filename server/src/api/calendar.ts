import type { Request, RequestHandler } from 'express';
import { digest, entriesOf } from '../calendar/entries';
import { feedRequestSchema } from '../calendar/feed';
import type { Feed } from '../calendar/feed';
import { icsOf } from '../calendar/ics';
import { Failure } from '../failure';
import { runInsight } from '../insights/run';
import type { Caller } from '../insights/run';
import type { ApiDeps } from './api';
import { leaving } from './insights';
import { callerOf, pathValue } from './request-context';
import type { Route } from './route';
import { list, record, sentSchema, text } from './schemas';

const day = 86_400_000;
const ahead = 366 * day;

const members = {
  id: text,
  name: text,
  zone: text,
  projects: { type: ['array', 'null'], items: text },
  token: text,
  created_at: { type: 'string', format: 'date-time' },
};

export function calendarRoutes(deps: ApiDeps): Route[] {
  return [feedRoute(deps), ...administration(deps)];
}

/** Calendar programs cannot send a token, so the address itself is the secret. It is never logged: a request's log has the route's pattern. */
const feedRoute = (deps: ApiDeps): Route => ({
  method: 'get',
  path: '/api/v1/calendar/:feed.ics',
  access: 'open',
  summary: 'Rotations and reminders of the year ahead as a calendar, by the secret in its address',
  parameters: [{ name: 'feed', in: 'path', description: 'Secret of the feed', schema: text }],
  answer: { status: 200, description: 'RFC 5545', content: { 'text/calendar': text } },
  handle: answerFeed(deps),
});

const answerFeed = (deps: ApiDeps): RequestHandler => {
  const { feeds, insights } = deps;
  return async (request, response) => {
    const feed = feeds.find(pathValue(request, 'feed'));
    const caller = feed && callerFor(feed, deps);
    if (!feed || !caller) {
      throw new Failure(
        'unknown',
        'There is no calendar at this address: it was revoked, or the address is not whole.',
      );
    }
    const now = deps.now();
    const { rows, meta } = await runInsight(
      insights,
      {
        query: {
          insight: 'calendar',
          // What became due in the last year and was not done stays in sight.
          params: {
            shape: 'events',
            month: monthBefore(now, 12),
            months: 25,
            project_recurring: false,
          },
          zone: feed.zone,
        },
        signal: leaving(response),
      },
      caller,
    );
    const entries = entriesOf(rows, { zone: feed.zone, now, until: now + ahead });
    const description = meta.notices.map((notice) => notice.text).join(' ');
    // Weak: the time at which a file was made differs between files that say the same.
    const etag = `W/"${digest([feed.name, description, entries])}"`;
    response.set({
      'Content-Type': 'text/calendar; charset=utf-8',
      'Content-Disposition': 'attachment; filename="secret-insights.ics"',
      'Cache-Control': 'private, no-cache',
      ETag: etag,
    });
    // Not Express's own comparison: it never answers 304 to who asks for an answer from here, as clients do.
    if (request.get('if-none-match')?.includes(etag)) {
      response.status(304).end();
      return;
    }
    response.send(icsOf({ name: feed.name, description, entries, now }));
  };
};

/** A feed may see what its token may see now; null where the token is gone, has expired or lost the right. */
function callerFor(feed: Feed, { tokens, now }: ApiDeps): Caller | null {
  const token = tokens.list().find(({ id }) => id === feed.token);
  const isOver = token?.expires_at && Date.parse(token.expires_at) <= now();
  if (!token?.capabilities.includes('insights') || isOver) return null;
  const { projects } = token;
  return {
    capabilities: new Set(['insights']),
    projects:
      feed.projects === null || projects === null
        ? (feed.projects ?? projects)
        : feed.projects.filter((id) => projects.includes(id)),
  };
}

function monthBefore(now: number, months: number): string {
  const date = new Date(now);
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() - months);
  return date.toISOString().slice(0, 7);
}

function administration(deps: ApiDeps): Route[] {
  const { feeds, insights, config, now } = deps;
  return [
    {
      method: 'get',
      path: '/api/v1/calendar',
      access: ['insights'],
      summary:
        'The calendar feeds of this token, without their secrets; those of every token with `admin`',
      answer: {
        status: 200,
        description: 'The feeds',
        content: { 'application/json': record({ feeds: list(record(members)) }) },
      },
      handle: (request, response) => {
        response.json({ feeds: visibleFeeds(request, deps) });
      },
    },
    {
      method: 'post',
      path: '/api/v1/calendar',
      access: ['insights'],
      summary: 'Makes a calendar feed and shows its address, this once',
      body: { kind: 'json', types: ['application/json'], schema: sentSchema(feedRequestSchema) },
      answer: {
        status: 201,
        description:
          'The new feed; `path` is where it is, `url` too where the settings say how people reach this server',
        content: {
          'application/json': record({
            ...members,
            path: text,
            url: { type: ['string', 'null'] },
          }),
        },
      },
      handle: async (request, response) => {
        const caller = notThroughGrafana(request);
        const { name, zone, projects } = feedRequestSchema.parse(request.body);
        const { feed, secret } = await feeds.create(
          {
            name,
            zone,
            token: caller.token.id,
            projects: projects ? visibleIds(insights.projects.requireIds(projects), caller) : null,
          },
          now(),
        );
        const path = `/api/v1/calendar/${secret}.ics`;
        const url = config.publicUrl === null ? null : `${config.publicUrl}${path}`;
        response.status(201).json({ ...feed, path, url });
      },
    },
    {
      method: 'delete',
      path: '/api/v1/calendar/:id',
      access: ['insights'],
      summary: 'Revokes a calendar feed; its address stops working at once',
      parameters: [{ name: 'id', in: 'path', description: 'Id of the feed', schema: text }],
      answer: { status: 204, description: 'Revoked', content: {} },
      handle: async (request, response) => {
        const id = pathValue(request, 'id');
        const isVisible = visibleFeeds(request, deps).some((feed) => feed.id === id);
        // What belongs to another token does not exist for this one.
        await feeds.revoke(isVisible ? id : '');
        response.status(204).end();
      },
    },
  ];
}

/** A feed outlives the session of a person, so only a token's own holder makes, sees and ends it. */
function notThroughGrafana(request: Request): ReturnType<typeof callerOf> {
  const caller = callerOf(request);
  if (caller.grafana === null) return caller;
  throw new Failure(
    'not-allowed',
    'Calendar feeds are not made or seen through Grafana: use a token of your own.',
  );
}

function visibleFeeds(request: Request, { feeds }: ApiDeps): Feed[] {
  const { token, capabilities } = notThroughGrafana(request);
  return feeds.list().filter((feed) => capabilities.has('admin') || feed.token === token.id);
}

/** @throws Failure where the token may not see one of them, as if it did not exist. */
function visibleIds(ids: string[], { projects }: Caller): string[] {
  const hidden = ids.find((id) => projects !== null && !projects.includes(id));
  if (hidden === undefined) return ids;
  throw new Failure('bad-parameters', 'There is no such project for this token.', {
    field: 'projects',
  });
}
