import type { RequestHandler } from 'express';
import type { Logger } from './log';
import { contextOf } from './request-context';

/** One line a request. The route's pattern and not the address, which holds filters. */
export const logRequests =
  (log: Logger): RequestHandler =>
  (request, response, next) => {
    const started = performance.now();
    const context = contextOf(request);
    response.setHeader('X-Request-Id', context.id);
    response.once('close', () => {
      const { route, caller } = context;
      const line = {
        request_id: context.id,
        method: request.method,
        route,
        status: response.statusCode,
        ms: Math.round(performance.now() - started),
        ...(caller && { token_id: caller.token.id }),
        ...(caller?.grafana?.user && { grafana_user: caller.grafana.user }),
        ...(!response.writableFinished && { cut_short: true }),
      };
      // Health is asked every few seconds by machines.
      if (route === '/healthz' || route === '/readyz') log.debug(line, 'request');
      else log.info(line, 'request');
    });
    next();
  };
