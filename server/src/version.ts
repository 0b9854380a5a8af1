import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Of this release, from the package; the plugin's health check compares it with its own. */
export const version: string = readVersion();

function readVersion(): string {
  const file = readFileSync(join(__dirname, '..', 'package.json'), 'utf8');
  return (JSON.parse(file) as { version: string }).version;
}
