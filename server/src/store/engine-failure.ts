import { Failure } from '../failure';
import type { FailureKind } from '../failure';

/** By the server's error code, never by its text: texts change, and they can quote rows. */
const kindOfCode: Readonly<Record<string, { kind: FailureKind; sentence: string }>> = {
  '60': {
    kind: 'unknown',
    sentence:
      'A table that the question needs does not exist in the database: was it dropped or renamed?',
  },
  '81': {
    kind: 'unknown',
    sentence: 'The database of this server does not exist: check CLICKHOUSE_DATABASE.',
  },
  '158': {
    kind: 'too-large',
    sentence:
      'The question reads more rows than one query may. Ask for a shorter range or add a filter.',
  },
  '159': {
    kind: 'too-slow',
    sentence:
      'The question took longer than one query may. Ask for a shorter range or add a filter.',
  },
  '160': {
    kind: 'too-slow',
    sentence:
      'The question would take longer than one query may. Ask for a shorter range or add a filter.',
  },
  '164': {
    kind: 'not-allowed',
    sentence:
      'The database user of this server may not change settings (readonly): docs/connect-infisical.md lists what it needs.',
  },
  '202': {
    kind: 'busy',
    sentence: 'The database is answering as many questions as it can. Try again in a moment.',
  },
  '241': {
    kind: 'too-large',
    sentence:
      'The question needs more memory than one query may use. Ask for a shorter range or add a filter.',
  },
  '243': { kind: 'busy', sentence: 'The disk of the database is full.' },
  '307': {
    kind: 'too-large',
    sentence:
      'The question reads more bytes than one query may. Ask for a shorter range or add a filter.',
  },
  '394': { kind: 'busy', sentence: 'The question was cancelled before it was answered.' },
  '396': {
    kind: 'too-large',
    sentence:
      'The answer has more rows than one query may return. Ask for a shorter range or add a filter.',
  },
  '452': {
    kind: 'not-allowed',
    sentence:
      'The profile of the database user forbids a setting that exact answers need; docs/connect-infisical.md lists what it needs.',
  },
  '497': {
    kind: 'not-allowed',
    sentence:
      'The database user of this server lacks a grant that the question needs; docs/connect-infisical.md lists the grants.',
  },
  '516': {
    kind: 'unreachable',
    sentence:
      'The database refused the user or password of this server: check CLICKHOUSE_USER and CLICKHOUSE_PASSWORD.',
  },
};

const unreachable = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
]);

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';

/** A signal's reason is a DOMException, which need not be an Error. */
const nameOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'name' in error ? String(error.name) : '';

/** Turns what an engine threw into a failure whose sentence is safe to show. */
export function toFailure(error: unknown, queryId: string): Failure {
  if (error instanceof Failure) return error;
  const code = codeOf(error);
  const isAborted =
    nameOf(error) === 'AbortError' ||
    (error instanceof Error && error.message === 'The user aborted a request.');
  const known = kindOfCode[isAborted ? '394' : code];
  if (known) return new Failure(known.kind, known.sentence, { queryId });
  if (error instanceof Error && error.message === 'Timeout error.') {
    return new Failure(
      'too-slow',
      'The database did not answer within the time a query may take.',
      { queryId },
    );
  }
  if (unreachable.has(code)) {
    return new Failure(
      'unreachable',
      'The database cannot be reached: check CLICKHOUSE_URL and that it runs.',
      { queryId },
    );
  }
  return new Failure(
    'bug',
    `The question could not be answered (database code ${code || 'unknown'}). This is a fault of ours; please report it with query id ${queryId}.`,
    {
      queryId,
      // Kept off the enumerable path of loggers by `cause` redaction in logging; tests read it.
      cause: error,
    },
  );
}
