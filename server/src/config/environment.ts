import { readFileSync } from 'node:fs';
import { badParameter } from '../failure';

/** A variable, or the content of the file that NAME_FILE names. Empty counts as not set, as compose files leave it. */
export type ReadVariable = (name: string) => string | undefined;

export const environmentOf =
  (env: NodeJS.ProcessEnv): ReadVariable =>
  (name) => {
    const value = env[name] || undefined;
    const file = env[`${name}_FILE`] || undefined;
    if (file === undefined) return value;
    if (value !== undefined) {
      throw badParameter(name, `Set ${name} or ${name}_FILE, not both.`);
    }
    return readSecretFile(name, file);
  };

function readSecretFile(name: string, file: string): string {
  try {
    // Editors and `echo` end a file with a line break, which is no part of a password.
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch {
    throw badParameter(name, `${name}_FILE names ${file}, which cannot be read.`);
  }
}
