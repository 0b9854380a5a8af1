import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { RequestHandler } from 'express';
import { Failure } from '../failure';

const via = 'secret-insights';
const comeAgainSeconds = 10;
const lookEveryMs = 1_000;

/**
 * Passes a call on to the server that writes, and its answer back, both as they come.
 * @param leader its address; null where none is known.
 */
export function passOnTo(leader: () => string | null): RequestHandler {
  return (request, response, next) => {
    const address = leader();
    // One that was passed on once came to a server that no longer leads: it must not go round.
    if (address === null || request.get('via') === via) {
      throw new Failure(
        'busy',
        'No server of this database writes at the moment; another one takes over within a minute. Try again.',
        { retryAfter: comeAgainSeconds },
      );
    }
    const target = new URL(address);
    const send = target.protocol === 'https:' ? httpsRequest : httpRequest;
    const passed = send(
      address + request.originalUrl,
      { method: request.method, headers: { ...request.headers, host: target.host, via } },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    // One that stands still does not hang up; whoever waits for it is told once another leads.
    const looking = setInterval(() => {
      if (leader() !== address) passed.destroy(new Error('another server leads'));
    }, lookEveryMs);
    passed.once('response', () => clearInterval(looking));
    passed.once('close', () => clearInterval(looking));
    passed.once('error', (cause) => {
      if (response.headersSent) {
        response.destroy();
        return;
      }
      next(
        new Failure(
          'unreachable',
          'The server that writes to this database cannot be reached at the address it gave (SECRET_INSIGHTS_ADVERTISED_URL). Try again in a minute.',
          { cause, retryAfter: comeAgainSeconds },
        ),
      );
    });
    response.once('close', () => passed.destroy());
    request.pipe(passed);
  };
}
