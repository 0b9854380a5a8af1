/**
 * What can go wrong, as a caller needs to know it: a kind with an HTTP status and one sentence for a
 * person. The engine's own error text never becomes a sentence here, because it can quote rows.
 */
const statusOf = {
  'bad-parameters': 400,
  unauthenticated: 401,
  'not-allowed': 403,
  unknown: 404,
  conflict: 409,
  'body-too-large': 413,
  'too-large': 422,
  'too-many-requests': 429,
  bug: 500,
  busy: 503,
  unreachable: 503,
  'too-slow': 504,
} as const;

export type FailureKind = keyof typeof statusOf;

export interface FailureDetails {
  /** The parameter, filter or field the sentence is about. */
  field?: string;
  /** Finds the statement in logs. */
  queryId?: string;
  /** Whole seconds after which trying again makes sense. */
  retryAfter?: number;
  cause?: unknown;
}

export class Failure extends Error {
  readonly kind: FailureKind;
  readonly field: string | undefined;
  readonly queryId: string | undefined;
  readonly retryAfter: number | undefined;

  constructor(kind: FailureKind, sentence: string, details: FailureDetails = {}) {
    super(sentence, { cause: details.cause });
    this.name = 'Failure';
    this.kind = kind;
    this.field = details.field;
    this.queryId = details.queryId;
    this.retryAfter = details.retryAfter;
  }

  get status(): number {
    return statusOf[this.kind];
  }
}

export const badParameter = (field: string, sentence: string): Failure =>
  new Failure('bad-parameters', sentence, { field });
