import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { withSpooledBody } from './spool';

const limits = { bodyBytes: 1_000, unpackedBytes: 10_000 };

describe('the file of a body', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'spool-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it.each([
    ['is not what it says', () => Readable.from([Buffer.from('no gzip at all')])],
    ['is cut off', () => Readable.from([gzipSync('[]'.repeat(100)).subarray(0, 12)])],
    ['is too large', () => Readable.from([Buffer.alloc(2_000)])],
    ['is broken off', () => Readable.from([Buffer.alloc(10)]).destroy()],
  ])('is gone when a body %s', async (_, stream) => {
    for (let turn = 0; turn < 300; turn += 1) {
      const body = { stream: stream(), encoding: 'gzip' };
      await expect(withSpooledBody(body, folder, limits, () => Promise.resolve())).rejects.toThrow(
        /body/,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(readdirSync(folder)).toEqual([]);
  });

  // A file that comes into being later can do so after it was removed.
  it('is there before anything of the body is read', async () => {
    let files: string[] | undefined;
    const stream = new Readable({
      read() {
        files ??= readdirSync(folder);
        this.push(null);
      },
    });
    await withSpooledBody({ stream, encoding: '' }, folder, limits, () => Promise.resolve());
    expect(files).toHaveLength(1);
  });

  it('holds the unpacked body while it is worked on', async () => {
    const body = { stream: Readable.from([gzipSync('[1]')]), encoding: 'gzip' };
    const seen = await withSpooledBody(body, folder, limits, (_, bytes) =>
      Promise.resolve([bytes, readdirSync(folder).length]),
    );
    expect(seen).toEqual([3, 1]);
    expect(readdirSync(folder)).toEqual([]);
  });
});
