import { deliver, makeBodies } from './bodies';
import { ask, download } from './http-calls';
import { watch } from './viewers';

/*
 * The other end of the line, as a process of its own: what asking costs must not slow down the server
 * that answers. Started by client-process.ts.
 */

const jobs = { ask, deliver, download, makeBodies, watch };
export type Jobs = typeof jobs;

/** What is to be done, and under which number its outcome is told. */
export interface Task {
  number: number;
  job: keyof Jobs;
  input: unknown;
}

export interface Outcome {
  number: number;
  result?: unknown;
  error?: string;
}

async function outcomeOf({ number, job, input }: Task): Promise<Outcome> {
  try {
    const work = jobs[job] as (input: unknown) => Promise<unknown>;
    return { number, result: await work(input) };
  } catch (error) {
    return { number, error: error instanceof Error ? error.message : String(error) };
  }
}

process.on('message', (task) => {
  void outcomeOf(task as Task).then((outcome) => process.send?.(outcome));
});
process.send?.('ready');
