import { loadConfig } from '../config/config';
import type { Config } from '../config/config';
import { Failure } from '../failure';
import { start } from '../main';
import type { Running } from '../main';
import { adminToken } from './connection';
import { loadDemoEvents, wantsDemo } from './demo';
import { withDemoInfisical } from './demo-infisical';

/** Runs the server until it is told to stop. */
export async function serve(): Promise<void> {
  const own = loadConfig();
  const { config, stop } = own.demo ? await withDemoInfisical(own) : { config: own, stop: null };
  try {
    const running = await startServer(config);
    process.stdout.write(`Secret Insights answers at ${running.url}\n`);
    await untilStopped(running, async (signal) => {
      if (!own.demo || !(await wantsDemo(running, own))) return;
      process.stdout.write('Loading a made-up organisation, as SECRET_INSIGHTS_DEMO asks for …\n');
      const token = adminToken(config);
      await loadDemoEvents({ config, running, token, signal, onProgress: () => undefined });
      process.stdout.write('The made-up organisation is loaded.\n');
    });
  } finally {
    await stop?.();
  }
}

/** @throws Failure also where the port is taken. */
export async function startServer(config: Config): Promise<Running> {
  try {
    return await start(config);
  } catch (error) {
    const { host, port } = config.bind;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      throw new Failure(
        'conflict',
        `Another program listens at ${host}:${port}: stop it, or choose another address with SECRET_INSIGHTS_BIND.`,
        { cause: error },
      );
    }
    if (code === 'EACCES' || code === 'EADDRNOTAVAIL') {
      throw new Failure(
        'conflict',
        `This machine does not let the server listen at ${host}:${port}: choose another address with SECRET_INSIGHTS_BIND.`,
        { cause: error },
      );
    }
    throw error;
  }
}

/** Does the work, then waits for Ctrl-C or SIGTERM, which also interrupt the work; a second one ends at once. */
export async function untilStopped(
  running: Running,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const stopped = new Promise<void>((resolve) => {
    const onSignal = (): void => {
      stop.abort();
      resolve();
    };
    process.once('SIGINT', onSignal);
    process.once('SIGTERM', onSignal);
  });
  try {
    await work(stop.signal);
    await stopped;
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  } finally {
    await running.stop();
  }
}
