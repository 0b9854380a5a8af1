import express from 'express';
import type { Express, Request, RequestHandler } from 'express';
import { Failure } from '../failure';
import { actorRoutes } from './actors';
import { akeylessRoutes } from './akeyless';
import type { ApiDeps, ReadingDeps } from './api';
import { authenticate } from './authenticate';
import { hasAny } from './caller';
import { calendarRoutes } from './calendar';
import { digestRoutes } from './digests';
import { downloadRoutes } from './downloads';
import { eventRoutes } from './events';
import { fieldRoutes } from './fields';
import { healthRoutes } from './health';
import { HttpRefusal } from './http-refusal';
import { ingestRoutes } from './ingest';
import { insightRoutes } from './insights';
import { metricRoutes } from './metrics';
import { openApiRoutes } from './openapi';
import { answerProblems, notFound } from './problems';
import { callerOf, contextOf } from './request-context';
import { logRequests } from './request-log';
import { queryRoutes } from './query';
import { reportRoutes } from './reports';
import type { Route } from './route';
import { scheduleRoutes } from './schedules';
import { secureHeaders } from './secure-headers';
import { tokenRoutes } from './tokens';

export type { ApiDeps } from './api';

/** The API as an Express app, without a port. */
export function createApp(deps: ApiDeps): Express {
  const { config, log, tokens } = deps;
  const app = bareApp(deps);
  const [open, guarded] = routesOf(deps);
  for (const route of open) serve(app, route);
  app.use(
    authenticate({
      tokens,
      grafanaRoles: config.grafanaRoles,
      wrongTokensPerMinute: config.limits.wrongTokensPerMinute,
    }),
  );
  for (const route of guarded) serve(app, route);
  app.use(notFound);
  app.use(answerProblems(log));
  return app;
}

/**
 * The API of a server beside the one that writes: it answers what dashboards ask, from what `catchUp`
 * made known, and passes everything else on.
 */
export function createReadingApp(
  deps: ReadingDeps,
  { catchUp, passOn }: { catchUp: () => Promise<void>; passOn: RequestHandler },
): Express {
  const { config, log, metrics, tokens } = deps;
  const app = bareApp(deps);
  for (const route of healthRoutes(deps)) serve(app, route);
  app.use((request, response, next) => {
    if (isAnsweredHere(request)) next();
    else passOn(request, response, next);
  });
  app.use(async (_request, _response, next) => {
    await catchUp();
    next();
  });
  app.use(
    authenticate({
      tokens,
      grafanaRoles: config.grafanaRoles,
      wrongTokensPerMinute: config.limits.wrongTokensPerMinute,
    }),
  );
  const routes = [
    ...insightRoutes(deps),
    ...queryRoutes(deps),
    ...fieldRoutes(deps),
    ...metricRoutes(metrics),
  ];
  for (const route of routes) serve(app, route);
  app.use(notFound);
  app.use(answerProblems(log));
  return app;
}

/** What is asked often and changes nothing; CSV is left out, as some of it is noted as an export. */
const isAnsweredHere = (request: Request): boolean =>
  (request.method === 'POST' && request.path === '/api/v1/query') ||
  (request.method === 'GET' &&
    (request.path === '/metrics' || /^\/api\/v1\/(insights|fields)(\/|$)/.test(request.path)) &&
    request.accepts(['application/json', 'text/csv']) !== 'text/csv' &&
    !/[?&]format=csv/.test(request.url));

function bareApp({ log, metrics }: Pick<ApiDeps, 'log' | 'metrics'>): Express {
  const app = express();
  app.disable('x-powered-by');
  // Answers are not kept anywhere, so nobody could compare.
  app.disable('etag');
  // Addresses are read by rest-query.ts alone, so that a name cannot mean two things.
  app.set('query parser', false);
  app.use(secureHeaders, logRequests(log), metrics.timeRequests);
  return app;
}

function routesOf(deps: ApiDeps): [open: Route[], guarded: Route[]] {
  const described = [
    ...healthRoutes(deps),
    ...insightRoutes(deps),
    ...queryRoutes(deps),
    ...fieldRoutes(deps),
    ...eventRoutes(deps),
    ...actorRoutes(deps),
    ...ingestRoutes(deps),
    ...akeylessRoutes(deps),
    ...reportRoutes(deps),
    ...scheduleRoutes(deps),
    ...downloadRoutes(deps),
    ...calendarRoutes(deps),
    ...tokenRoutes(deps),
    ...digestRoutes(deps),
    ...metricRoutes(deps.metrics),
  ];
  const all = [...described, ...openApiRoutes(deps, described)];
  return [
    all.filter(({ access }) => access === 'open'),
    all.filter(({ access }) => access !== 'open'),
  ];
}

function serve(app: Express, route: Route): void {
  const noteRoute: RequestHandler = (request, _response, next) => {
    contextOf(request).route = route.path;
    next();
  };
  app[route.method](route.path, noteRoute, ...guards(route), ...readers(route), route.handle);
}

/** Rights come before the body: who may not call reads no more than that. */
function guards({ access }: Route): RequestHandler[] {
  if (access === 'open' || access === 'token') return [];
  return [
    (request, _response, next) => {
      if (!hasAny(callerOf(request), access)) {
        throw new Failure(
          'not-allowed',
          `This call needs the right ${access.map((each) => `'${each}'`).join(' or ')}, which this caller does not have.`,
        );
      }
      next();
    },
  ];
}

const onlyJson: RequestHandler = (request, _response, next) => {
  if (!request.is('application/json')) {
    throw new HttpRefusal(415, 'The body must be there, with Content-Type application/json.');
  }
  next();
};
const readJson = express.json({ limit: '1mb', type: 'application/json' });

const readers = ({ body }: Route): RequestHandler[] =>
  body?.kind === 'json' ? [onlyJson, readJson] : [];
