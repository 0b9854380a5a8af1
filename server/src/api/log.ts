import pino from 'pino';
import type { DestinationStream, Logger } from 'pino';
import { Failure } from '../failure';

export type { Logger } from 'pino';

/**
 * JSON lines on stderr. What was asked and what was answered stay out of them: secret names, filters
 * and bodies belong to people who have the right to see them, and logs have other readers.
 */
export function createLogger(
  level: string,
  destination: DestinationStream = pino.destination(2),
): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: withoutMessage },
      redact: [
        'authorization',
        'password',
        'token',
        'secret',
        'body',
        'headers',
        '*.authorization',
        '*.password',
      ],
    },
    destination,
  );
}

/** Where and what kind, without the message: engines and parsers quote the data they failed on. */
export function withoutMessage(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const code = 'code' in error ? String(error.code) : undefined;
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    type: error.name,
    ...(code !== undefined && { code }),
    ...(error instanceof Failure && { kind: error.kind, query_id: error.queryId }),
    stack: frames.map((line) => line.trim()),
    ...(error.cause !== undefined && { cause: withoutMessage(error.cause) }),
  };
}
