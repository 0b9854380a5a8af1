import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Jobs, Outcome, Task } from './client';

/** What is handed to a job, and what it gives back. */
type Input<Job extends keyof Jobs> = Parameters<Jobs[Job]>[0];
type Result<Job extends keyof Jobs> = Awaited<ReturnType<Jobs[Job]>>;

interface Waiting {
  resolve: (result: unknown) => void;
  reject: (error: Error) => void;
}

/** Someone who asks the server, in a process of its own. */
export class ClientProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  #tasks = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on('message', (message) => this.#take(message as Outcome));
    child.on('exit', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('the client has ended'));
    });
  }

  static async start(): Promise<ClientProcess> {
    const child = fork(join(__dirname, 'client.ts'), [], { execArgv: process.execArgv });
    await once(child, 'message');
    return new ClientProcess(child);
  }

  /** @throws Error with the sentence of the one that the job threw. */
  async run<Job extends keyof Jobs>(job: Job, input: Input<Job>): Promise<Result<Job>> {
    const task: Task = { number: this.#tasks++, job, input };
    const result = await new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(task.number, { resolve, reject });
      this.#child.send(task);
    });
    return result as Result<Job>;
  }

  stop(): void {
    this.#child.kill();
  }

  #take({ number, result, error }: Outcome): void {
    const waiting = this.#waiting.get(number);
    this.#waiting.delete(number);
    if (error === undefined) waiting?.resolve(result);
    else waiting?.reject(new Error(error));
  }
}

/** Works with someone who asks, and ends that process afterwards. */
export async function withClient<Result>(
  work: (client: ClientProcess) => Promise<Result>,
): Promise<Result> {
  const client = await ClientProcess.start();
  return work(client).finally(() => client.stop());
}
