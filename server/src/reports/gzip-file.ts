import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/** Packs a file beside it. @returns the bytes of the packed one. */
export async function gzipFile(from: string, to: string): Promise<number> {
  await pipeline(createReadStream(from), createGzip(), createWriteStream(to, { mode: 0o600 }));
  return (await stat(to)).size;
}
