import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Command } from './messages';

type Reply = { answer: unknown } | { error: string };

/** The parent's side of a store process, which it starts again whenever that has died. */
export class StoreClient {
  readonly #path: string;
  #child: ChildProcess | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  /** @returns null where the process died over it. */
  async tell(command: Command): Promise<unknown> {
    this.#child ??= await this.#start();
    const reply = this.#reply(this.#child);
    this.#child.send(command);
    const answer = await reply;
    if (answer === null || command.kind === 'stop') await this.kill();
    return answer;
  }

  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  async #start(): Promise<ChildProcess> {
    const child = fork(join(__dirname, 'store-process.ts'), [this.#path], {
      cwd: __dirname,
      execArgv: ['--import', 'tsx'],
    });
    if ((await this.#reply(child)) === null) throw new Error('the store process did not start');
    return child;
  }

  async #reply(child: ChildProcess): Promise<unknown> {
    const stop = new AbortController();
    try {
      const reply = await Promise.race([
        once(child, 'message', stop).then(([message]) => message as Reply),
        once(child, 'exit', stop).then(() => null),
      ]);
      if (reply === null) return null;
      if ('error' in reply) throw new Error(reply.error);
      return reply.answer ?? 'done';
    } finally {
      stop.abort();
    }
  }
}
