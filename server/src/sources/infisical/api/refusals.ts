import { Failure } from '../../../failure';
import { Passing } from '../../http/retry';

/** What was asked for, in words that complete `… was asked for {about}` and `needs {right}`. */
export interface Asked {
  about: string;
  right: string;
}

/**
 * What an answer other than 200 means, in a sentence that says what to do. Nothing of the answer's
 * own text is repeated: it can quote what was sent.
 */
export function refusalOf(
  { status, headers }: { status: number; headers: Headers },
  { about, right }: Asked,
  host: string,
): Failure | Passing {
  const infisical = `Infisical at ${host}`;
  if (status === 401) {
    return new Failure(
      'unauthenticated',
      `${infisical} does not accept the access token it gave (401) for ${about}: check that the machine identity still exists.`,
    );
  }
  if (status === 403) {
    return new Failure(
      'not-allowed',
      `${infisical} refuses ${about} (403): give the machine identity the right ${right}.`,
    );
  }
  if (status === 404) {
    return new Failure(
      'unknown',
      `${infisical} knows nothing of ${about} (404): it was deleted, or this version of Infisical does not have the call.`,
    );
  }
  if (status === 429) {
    const seconds = retryAfter(headers);
    return new Passing(
      new Failure(
        'too-many-requests',
        `${infisical} still refuses ${about} for too many requests (429): lower requests_per_minute of the source.`,
      ),
      seconds === null ? null : seconds * 1_000,
    );
  }
  if (status >= 500) {
    const seconds = retryAfter(headers);
    return new Passing(
      new Failure(
        'unreachable',
        `${infisical} failed (${status}) when it was asked for ${about}: look into its own log.`,
      ),
      seconds === null ? null : seconds * 1_000,
    );
  }
  if (status >= 300 && status < 400) {
    return new Failure(
      'unreachable',
      `${infisical} sends us elsewhere (${status}): set url of the source to the address it really has.`,
    );
  }
  return new Failure(
    'bad-parameters',
    `${infisical} refuses the question for ${about} (${status}): its version or its plan may not have what was asked for.`,
  );
}

/** Seconds, which the header gives as a number or as a date. */
function retryAfter(headers: Headers): number | null {
  const text = headers.get('retry-after');
  if (text === null) return null;
  const seconds = /^\d+$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1_000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : null;
}
