import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Row } from '../contract';

/** Half a SHA-256: two of a million rows agree by chance once in 10^26. */
const width = 16;

/**
 * The keys of a report's rows, by their hashes alone: names of secrets are not kept a second time. One
 * after another in a buffer, so that a million of them take 16 MB.
 */
export class RowKeys {
  #bytes = Buffer.alloc(width * 1_024);
  #count = 0;

  static of(row: Row, columns: readonly string[]): Buffer {
    const key = JSON.stringify(columns.map((column) => row[column] ?? null));
    return createHash('sha256').update(key).digest().subarray(0, width);
  }

  add(key: Buffer): void {
    if ((this.#count + 1) * width > this.#bytes.length) {
      this.#bytes = Buffer.concat([this.#bytes, Buffer.alloc(this.#bytes.length)]);
    }
    key.copy(this.#bytes, this.#count * width);
    this.#count += 1;
  }

  async save(file: string): Promise<void> {
    const used = this.#bytes.subarray(0, this.#count * width);
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(`${file}.part`, used, { mode: 0o600 });
    await rename(`${file}.part`, file);
  }
}

/** Keys that were saved, for looking up; none where there is no such file. */
export class SavedKeys {
  readonly #buckets: (Buffer[] | undefined)[] = [];

  static async load(file: string): Promise<SavedKeys> {
    const saved = new SavedKeys();
    const bytes = await readFile(file).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
      throw error;
    });
    for (let at = 0; at + width <= bytes.length; at += width) {
      const key = bytes.subarray(at, at + width);
      (saved.#buckets[bucketOf(key)] ??= []).push(key);
    }
    return saved;
  }

  has(key: Buffer): boolean {
    return this.#buckets[bucketOf(key)]?.some((other) => other.equals(key)) ?? false;
  }
}

const bucketOf = (key: Buffer): number => key.readUInt16BE(0);

/** Removes every folder in a folder but those that are still wanted. */
export async function removeOthers(
  folder: string,
  isWanted: (name: string) => boolean,
): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const unwanted = (await readdir(folder)).filter((name) => !isWanted(name));
  await Promise.all(
    unwanted.map((name) => rm(join(folder, name), { recursive: true, force: true })),
  );
}
