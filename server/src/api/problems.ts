import { STATUS_CODES } from 'node:http';
import type { ErrorRequestHandler, Request, RequestHandler } from 'express';
import { ZodError } from 'zod';
import type { Problem } from '../contract';
import { Failure } from '../failure';
import { HttpRefusal } from './http-refusal';
import type { Logger } from './log';
import { contextOf } from './request-context';

export interface Explained {
  problem: Problem;
  retryAfter?: number;
  /** True where the fault is ours and the log should say where. */
  isOurs: boolean;
}

/** One sentence for a person out of whatever was thrown. */
export function explain(error: unknown, requestId: string): Explained {
  if (error instanceof Failure) {
    return {
      problem: problem(error.status, error.kind, error.message, error.field, error.queryId),
      retryAfter: error.retryAfter,
      isOurs: error.status >= 500,
    };
  }
  if (error instanceof HttpRefusal)
    return { problem: problem(error.status, 'http', error.message), isOurs: false };
  if (error instanceof ZodError) return { problem: ofSchema(error), isOurs: false };
  const known = ofBodyParser(error);
  if (known) return { problem: known, isOurs: false };
  return {
    problem: problem(
      500,
      'bug',
      `Something went wrong in the server; its log has more under the request id ${requestId}.`,
    ),
    isOurs: true,
  };
}

function problem(
  status: number,
  kind: string,
  detail: string,
  field?: string,
  queryId?: string,
): Problem {
  return {
    type: `urn:secret-insights:problem:${kind}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    ...(field !== undefined && { field }),
    ...(queryId !== undefined && { query_id: queryId }),
  };
}

function ofSchema(error: ZodError): Problem {
  const [issue] = error.issues;
  const unknownMember = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const path =
    [...(issue?.path ?? []), ...(unknownMember === undefined ? [] : [unknownMember])].join('.') ||
    'body';
  return problem(400, 'bad-parameters', `${path}: ${issue?.message ?? 'is not valid'}.`, path);
}

/** Refusals of Express's own readers, by their type: their messages can quote the body. */
const bodyParserSentences: Readonly<Record<string, { status: number; sentence: string }>> = {
  'entity.parse.failed': { status: 400, sentence: 'The body is not valid JSON.' },
  'entity.too.large': {
    status: 413,
    sentence: 'The body is larger than 1 MB, which is the limit of this call.',
  },
  'encoding.unsupported': {
    status: 415,
    sentence: 'Content-Encoding must be gzip, deflate, br or absent.',
  },
  'charset.unsupported': { status: 415, sentence: 'The body must be in UTF-8.' },
  'request.aborted': { status: 400, sentence: 'The body ended before its end.' },
  'request.size.invalid': {
    status: 400,
    sentence: 'The body is not as long as Content-Length says.',
  },
};

function ofBodyParser(error: unknown): Problem | null {
  if (!(error instanceof Error)) return null;
  // Express throws this for an address such as /%E0.
  if (error instanceof URIError)
    return problem(400, 'bad-parameters', 'The address holds an escape that is no text.');
  const known = 'type' in error ? bodyParserSentences[String(error.type)] : undefined;
  if (known)
    return problem(
      known.status,
      known.status === 413 ? 'body-too-large' : 'bad-parameters',
      known.sentence,
      'body',
    );
  // Left of body-parser: what could not be unpacked.
  const isUnpacking = 'status' in error && error.status === 400;
  return isUnpacking
    ? problem(
        400,
        'bad-parameters',
        'The body could not be unpacked as its Content-Encoding says.',
        'body',
      )
    : null;
}

export const notFound: RequestHandler = () => {
  throw new HttpRefusal(
    404,
    'There is nothing at this address; GET /openapi.json lists what there is.',
  );
};

export function logProblem(
  log: Logger,
  request: Request,
  { problem: said, isOurs }: Explained,
  error: unknown,
): void {
  const { id, route } = contextOf(request);
  const line = {
    request_id: id,
    route,
    status: said.status,
    kind: said.type.split(':').at(-1),
    query_id: said.query_id,
  };
  if (isOurs) log.error({ ...line, err: error }, 'a request failed');
  else log.debug(line, 'a request was refused');
}

/** The last handler: nothing may pass it, because Express's own answers in HTML, with the stack. */
export const answerProblems =
  (log: Logger): ErrorRequestHandler =>
  (error: unknown, request, response, _next) => {
    // Nobody is there to be told, and that a question broke off is no fault.
    if (response.destroyed) return;
    const explained = explain(error, contextOf(request).id);
    logProblem(log, request, explained, error);
    if (response.headersSent) {
      // The answer is under way: cutting it is the only way left to say that it is not whole.
      response.destroy();
      return;
    }
    if (explained.retryAfter !== undefined) response.setHeader('Retry-After', explained.retryAfter);
    response
      .status(explained.problem.status)
      .type('application/problem+json')
      .send(JSON.stringify(explained.problem));
  };
