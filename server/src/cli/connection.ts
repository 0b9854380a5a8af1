import { readFileSync } from 'node:fs';
import type { Problem } from '../contract';
import type { Config } from '../config/config';
import { Failure } from '../failure';
import type { FailureKind } from '../failure';

/** A server and the token it is shown. */
export interface Connection {
  url: string;
  token: string;
  /** What a person does when nobody answers there. */
  whenSilent: string;
}

type Settings = Pick<Config, 'client' | 'bind' | 'paths' | 'adminToken'>;

/** The server of SECRET_INSIGHTS_URL; without it the local one, with the token of its first start. */
export function connectionOf(config: Settings): Connection {
  const { client, bind } = config;
  if (client.url !== null) {
    if (client.token === null) {
      throw new Failure(
        'bad-parameters',
        `SECRET_INSIGHTS_TOKEN is not set: it must hold a token of the server at ${client.url}.`,
      );
    }
    return { url: client.url, token: client.token, whenSilent: 'check SECRET_INSIGHTS_URL' };
  }
  return {
    url: localAddress(bind),
    token: client.token ?? adminToken(config),
    whenSilent: 'start it with `npm start`, or set SECRET_INSIGHTS_URL',
  };
}

/** Where a server with these settings is reached from its own machine. */
export function localAddress({ host, port }: Config['bind']): string {
  const everywhere = host === '0.0.0.0' || host === '::';
  const shown = everywhere ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return `http://${shown}:${port}`;
}

/** @throws Failure where no server has been started in this folder. */
export function adminToken({
  adminToken: given,
  paths,
}: Pick<Config, 'adminToken' | 'paths'>): string {
  if (given !== null) return given;
  try {
    return readFileSync(paths.adminToken, 'utf8').trim();
  } catch (error) {
    throw new Failure(
      'unreachable',
      `There is no token in ${paths.adminToken}: start the server with \`npm start\`, which writes one, or set SECRET_INSIGHTS_TOKEN.`,
      { cause: error },
    );
  }
}

export interface Call {
  method?: 'GET' | 'POST' | 'DELETE';
  accept?: string;
  contentType?: string;
  body?: string;
  signal?: AbortSignal;
}

/** @throws Failure with the server's own sentence, or with what to do where nobody answers. */
export async function call(
  connection: Connection,
  path: string,
  options: Call = {},
): Promise<Response> {
  const { method = 'GET', accept = 'application/json', contentType = 'application/json' } = options;
  const response = await send(connection, path, {
    method,
    headers: {
      accept,
      authorization: `Bearer ${connection.token}`,
      ...(options.body !== undefined && { 'content-type': contentType }),
    },
    body: options.body ?? null,
    // A redirect would take the token elsewhere.
    redirect: 'manual',
    ...(options.signal && { signal: options.signal }),
  });
  if (!response.ok) throw await refusal(connection, response);
  return response;
}

async function send(connection: Connection, path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(`${connection.url}${path}`, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new Failure(
      'unreachable',
      `No server answers at ${connection.url}: ${connection.whenSilent}.`,
      { cause: error },
    );
  }
}

const kinds: Readonly<Record<number, FailureKind>> = {
  400: 'bad-parameters',
  401: 'unauthenticated',
  403: 'not-allowed',
  404: 'unknown',
  409: 'conflict',
  413: 'body-too-large',
  422: 'too-large',
  429: 'too-many-requests',
  503: 'busy',
  504: 'too-slow',
};

async function refusal({ url }: Connection, response: Response): Promise<Failure> {
  const problem = problemIn(await response.text());
  const kind = kinds[response.status] ?? 'bug';
  const sentence =
    problem.detail ?? `The server at ${url} answered with status ${response.status}.`;
  const advice = response.status === 401 ? ' Check SECRET_INSIGHTS_TOKEN.' : '';
  const seconds = Number(response.headers.get('retry-after') ?? NaN);
  return new Failure(kind, `${sentence}${advice}`, {
    ...(problem.field !== undefined && { field: problem.field }),
    ...(Number.isFinite(seconds) && { retryAfter: seconds }),
  });
}

function problemIn(text: string): Partial<Problem> {
  try {
    const problem: unknown = JSON.parse(text);
    return typeof problem === 'object' && problem !== null ? problem : {};
  } catch {
    return {};
  }
}
