import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export const repository = join(__dirname, '..', '..');
const server = join(repository, 'server');

/** Builds what people run, so that tests run it too. */
export function buildServer(): void {
  const compiler = require.resolve('typescript/bin/tsc');
  const args = [compiler, '-p', join(server, 'tsconfig.build.json')];
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the server could not be built:\n${stdout}`);
}

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Environment {
  folder: string;
  env: Record<string, string>;
}

/** Nothing of the tester's own settings reaches the command. */
const environmentOf = ({ folder, env }: Environment): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  HOME: folder,
  XDG_STATE_HOME: join(folder, 'state'),
  ...env,
});

/** Runs `secret-insights` to its end. */
export async function command(
  environment: Environment,
  args: readonly string[],
  input = '',
): Promise<Ended> {
  const program = join(server, 'dist', 'cli', 'main.js');
  const child = spawn(process.execPath, [program, ...args], {
    cwd: environment.folder,
    env: environmentOf(environment),
  });
  const said = listen(child);
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...said };
}

export interface Started {
  child: ChildProcess;
  /** What it has said so far; grows. */
  said: { stdout: string; stderr: string };
  /** Sends a signal and waits for the end. */
  stop: (signal?: NodeJS.Signals) => Promise<number | null>;
}

/** Starts a program that goes on, and waits until it has said so. */
export async function startProgram(
  environment: Environment,
  [program = '', ...args]: readonly string[],
  untilSaid: RegExp,
): Promise<Started> {
  const child = spawn(process.execPath, [join(repository, program), ...args], {
    cwd: environment.folder,
    env: environmentOf(environment),
  });
  const said = listen(child);
  const ended = once(child, 'close');
  while (!untilSaid.test(said.stdout)) {
    if (child.exitCode !== null)
      throw new Error(`${program} ended:\n${said.stdout}\n${said.stderr}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    child,
    said,
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal);
      const [code] = (await ended) as [number | null];
      return code;
    },
  };
}

function listen(child: ChildProcess): { stdout: string; stderr: string } {
  const said = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
  return said;
}
