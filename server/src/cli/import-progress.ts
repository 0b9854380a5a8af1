import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/**
 * How many events of a file a server has acknowledged, in a small file of the user's state folder, so
 * that an import that broke off goes on where it was. A file that changed counts as another one.
 */
export class ImportProgress {
  readonly #file: string;
  readonly #about: { path: string; url: string };

  private constructor(file: string, about: { path: string; url: string }) {
    this.#file = file;
    this.#about = about;
  }

  static of(path: string, url: string, env: NodeJS.ProcessEnv = process.env): ImportProgress {
    const absolute = resolve(path);
    const { size, mtimeMs } = statSync(absolute);
    const identity = JSON.stringify([absolute, size, mtimeMs, url]);
    const name = createHash('sha256').update(identity).digest('hex').slice(0, 32);
    const state = env.XDG_STATE_HOME || join(homedir(), '.local', 'state');
    const file = join(state, 'secret-insights', 'imports', `${name}.json`);
    return new ImportProgress(file, { path: absolute, url });
  }

  acknowledged(): number {
    try {
      const { events } = JSON.parse(readFileSync(this.#file, 'utf8')) as { events?: unknown };
      return typeof events === 'number' && Number.isSafeInteger(events) && events > 0 ? events : 0;
    } catch {
      // Absent or unreadable: what is sent again is counted once all the same.
      return 0;
    }
  }

  acknowledge(events: number): void {
    mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
    const half = `${this.#file}.new`;
    writeFileSync(half, `${JSON.stringify({ ...this.#about, events })}\n`, { mode: 0o600 });
    renameSync(half, this.#file);
  }

  finish(): void {
    rmSync(this.#file, { force: true });
  }
}
