import { PassThrough } from 'node:stream';

/** From who writes an answer, piece by piece, to who reads it. */
export interface HandOver {
  /** @throws AbortError where nobody reads any more. */
  give: (piece: Uint8Array) => Promise<void>;
  /** To be ended by the writer and destroyed by whoever stops reading. */
  pieces: PassThrough;
}

/**
 * Holds a piece or two: the writer waits for its reader, so that memory does not grow with an answer. But not
 * for ever, as a statement holds a connection and has a time limit: after a wait of `patienceMs` the rest of the
 * answer is kept in memory for a reader that is slow.
 */
export function handOver(patienceMs: number): HandOver {
  const pieces = new PassThrough({ objectMode: true, highWaterMark: 1 });
  let isPatient = true;
  const give = async (piece: Uint8Array): Promise<void> => {
    if (pieces.destroyed) throw new DOMException('Nobody reads the answer any more.', 'AbortError');
    if (!pieces.write(piece) && isPatient) isPatient = await isTaken(pieces, patienceMs);
  };
  return { give, pieces };
}

const isTaken = (pieces: PassThrough, patienceMs: number): Promise<boolean> =>
  new Promise((resolve) => {
    const done = (isInTime: boolean) => (): void => {
      clearTimeout(timer);
      pieces.off('drain', taken).off('close', taken);
      resolve(isInTime);
    };
    const taken = done(true);
    const timer = setTimeout(done(false), patienceMs);
    pieces.once('drain', taken).once('close', taken);
  });
