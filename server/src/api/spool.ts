import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Transform } from 'node:stream';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { Failure } from '../failure';
import { HttpRefusal } from './http-refusal';

export interface SpoolLimits {
  bodyBytes: number;
  unpackedBytes: number;
}

export interface Body {
  stream: Readable;
  /** As Content-Encoding says; empty for none. */
  encoding: string;
}

const unpackers: Readonly<Record<string, () => Transform>> = {
  '': () => new PassThrough(),
  identity: () => new PassThrough(),
  gzip: () => createGunzip(),
  'x-gzip': () => createGunzip(),
  deflate: () => createInflate(),
  br: () => createBrotliDecompress(),
};

/**
 * Runs `work` on a private file with the unpacked body, which is gone afterwards, whatever happened.
 * @throws Failure `body-too-large` naming the limit, `bad-parameters` where the body cannot be unpacked.
 */
export async function withSpooledBody<T>(
  { stream, encoding }: Body,
  folder: string,
  limits: SpoolLimits,
  work: (file: string, bytes: number) => Promise<T>,
): Promise<T> {
  const unpacker = unpackers[encoding];
  if (!unpacker) {
    throw new HttpRefusal(415, 'Content-Encoding must be gzip, deflate, br or absent.');
  }
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, `${randomUUID()}.json`);
  try {
    return await work(file, await writeTo(file, stream, unpacker(), limits));
  } finally {
    await rm(file, { force: true });
  }
}

/** For the start: bodies that a process which was killed left behind. */
export async function clearSpool(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const files = await readdir(folder);
  await Promise.all(files.map((file) => rm(join(folder, file), { force: true, recursive: true })));
}

async function writeTo(
  file: string,
  stream: Readable,
  unpacker: Transform,
  limits: SpoolLimits,
): Promise<number> {
  const packed = new Meter(limits.bodyBytes, (limit) =>
    tooLarge(`The body is larger than ${limit}`),
  );
  const unpacked = new Meter(limits.unpackedBytes, (limit) =>
    tooLarge(`The body is larger than ${limit} once unpacked`),
  );
  const brokenOff = new Failure('bad-parameters', 'The body ended before its end.', {
    field: 'body',
  });
  const breakOff = (): void => {
    if (!stream.readableEnded) packed.destroy(brokenOff);
  };
  // Opened before anything can fail: a file that comes into being later would outlive the body.
  const writer = (await open(file, 'wx', 0o600)).createWriteStream();
  stream.once('close', breakOff);
  if (stream.destroyed) breakOff();
  else stream.pipe(packed);
  try {
    // The request itself is not part of the pipeline, which would destroy it on a failure and with it
    // the connection that the answer has to take.
    await pipeline(packed, unpacker, unpacked, writer);
  } catch (error) {
    stream.unpipe(packed);
    // What is still coming is read and thrown away, or the sender would never get to our answer.
    stream.resume();
    throw explainUnpacking(error);
  } finally {
    stream.off('close', breakOff);
  }
  return unpacked.bytes;
}

/** Lets bytes through and counts them, up to a limit. */
class Meter extends Transform {
  bytes = 0;
  readonly #limit: number;
  readonly #refusal: (limit: string) => Error;

  constructor(limit: number, refusal: (limit: string) => Error) {
    super();
    this.#limit = limit;
    this.#refusal = refusal;
  }

  override _transform(
    chunk: Buffer,
    _encoding: string,
    done: (error: Error | null, chunk?: Buffer) => void,
  ): void {
    this.bytes += chunk.length;
    if (this.bytes > this.#limit) done(this.#refusal(sizeText(this.#limit)));
    else done(null, chunk);
  }
}

export const sizeText = (bytes: number): string =>
  bytes >= 2 ** 20
    ? `${Math.round((bytes / 2 ** 20) * 10) / 10} MB`
    : `${Math.round(bytes / 2 ** 10)} KB`;

export const tooLarge = (sentence: string): Failure =>
  new Failure('body-too-large', `${sentence}, which is the limit: send the events in parts.`, {
    field: 'body',
  });

function explainUnpacking(error: unknown): unknown {
  const code =
    typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  const isUnpacking =
    code.startsWith('Z_') || code.startsWith('ERR__ERROR_') || code.startsWith('ERR_BROTLI');
  return isUnpacking
    ? new Failure(
        'bad-parameters',
        'The body could not be unpacked as its Content-Encoding says.',
        { field: 'body' },
      )
    : error;
}
