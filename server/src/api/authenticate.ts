import type { Request, RequestHandler } from 'express';
import { rateLimit } from 'express-rate-limit';
import type { AugmentedRequest } from 'express-rate-limit';
import type { GrafanaRoles } from '../config/config';
import { Failure } from '../failure';
import type { Token } from '../tokens/token';
import type { Tokens } from '../tokens/tokens';
import type { ApiCaller } from './caller';
import { capabilitiesThroughGrafana, grafanaUserOf } from './grafana-identity';
import { contextOf } from './request-context';

export interface AuthenticateOptions {
  tokens: Pick<Tokens, 'verify'>;
  grafanaRoles: GrafanaRoles;
  wrongTokensPerMinute: number;
  /** Where the token is, for a call that has no header for it. */
  secretOf?: (request: Request) => string | null;
}

const minute = 60_000;

/**
 * Lets only callers with a valid token pass, and notes who they are.
 *
 * Wrong tokens alone are counted: counting every request until it proves right would refuse a
 * dashboard that asks twelve things at once, and refusing right tokens from an address that also
 * showed wrong ones would let anyone behind the same proxy lock Grafana out.
 */
export function authenticate({
  tokens,
  grafanaRoles,
  wrongTokensPerMinute,
  secretOf = bearerOf,
}: AuthenticateOptions): RequestHandler {
  const countWrongToken = rateLimit({
    windowMs: minute,
    limit: wrongTokensPerMinute,
    standardHeaders: false,
    legacyHeaders: false,
    // The address of the connection counts; a forwarded one is the client's own word.
    validate: { xForwardedForHeader: false, forwardedHeader: false },
    handler: (request, _response, next) => next(tooManyWrongTokens(request)),
  });
  return (request, response, next) => {
    response.setHeader('WWW-Authenticate', 'Bearer realm="secret-insights"');
    const secret = secretOf(request);
    if (secret === null) {
      throw unauthenticated(
        'This call needs a token: send the header Authorization: Bearer <token>.',
      );
    }
    const token = tokens.verify(secret);
    if (token) {
      response.removeHeader('WWW-Authenticate');
      contextOf(request).caller = callerFor(request, token, grafanaRoles);
      next();
      return;
    }
    void countWrongToken(request, response, (refusal?: unknown) => {
      next(refusal ?? unauthenticated('There is no such token, or it was revoked.'));
    });
  };
}

const unauthenticated = (sentence: string): Failure => new Failure('unauthenticated', sentence);

function bearerOf(request: Request): string | null {
  const match = /^Bearer +([A-Za-z0-9\-._~+/=]+) *$/i.exec(request.get('authorization') ?? '');
  return match?.[1] ?? null;
}

function callerFor(request: Request, token: Token, roles: GrafanaRoles): ApiCaller {
  const grafana = grafanaUserOf(request, token);
  return {
    token: { id: token.id, name: token.name },
    projects: token.projects,
    grafana,
    capabilities: grafana
      ? capabilitiesThroughGrafana(token, grafana, roles)
      : new Set(token.capabilities),
  };
}

function tooManyWrongTokens(request: Request): Failure {
  const { resetTime } = (request as AugmentedRequest)['rateLimit'] ?? {};
  const wait = Math.max(
    1,
    Math.ceil(((resetTime?.getTime() ?? Date.now() + minute) - Date.now()) / 1_000),
  );
  return new Failure(
    'too-many-requests',
    `Too many wrong tokens from this address: try again in ${wait} s.`,
    {
      retryAfter: wait,
    },
  );
}
