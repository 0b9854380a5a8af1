import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const server = join(__dirname, '..');

/**
 * Compares a value with a committed JSON file; UPDATE_TESTDATA=1 writes the file instead. Other parts
 * of the repository read these files, so they are plain JSON and no snapshots.
 */
export function expectCommitted(path: string, value: unknown): void {
  const file = join(server, path);
  if (process.env.UPDATE_TESTDATA === '1') {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
  }
  if (!existsSync(file)) {
    throw new Error(`${relative(server, file)} is not there: run the tests with UPDATE_TESTDATA=1`);
  }
  expect(JSON.parse(JSON.stringify(value))).toEqual(JSON.parse(readFileSync(file, 'utf8')));
}
