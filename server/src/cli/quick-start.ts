import { loadConfig } from '../config/config';
import type { Config } from '../config/config';
import { mailFirstReport } from '../demo/first-report';
import { renderAddresses } from './addresses';
import { adminToken } from './connection';
import { withDemoInfisical } from './demo-infisical';
import { withDemoMail } from './demo-mail';
import { isDemo, loadDemoEvents, resetDemo, sourcesIn, wantsDemo } from './demo';
import { startServer, untilStopped } from './serve';
import { askForSummary, renderSummary } from './summary';
import { paintFor } from './terminal';

export interface QuickStart {
  port?: number;
  demo: boolean;
  reset: boolean;
  /** Shows a title while the work runs; the work may report how far it is. */
  step: <T>(title: string, work: (report: (text: string) => void) => Promise<T>) => Promise<T>;
}

/** What `npm start` does once the server is installed and built. */
export async function quickStart({ port, demo, reset, step }: QuickStart): Promise<void> {
  const own = configFor(port);
  if (reset) await step('Clearing the demo', () => resetDemo(own));
  const { config: mailing, catcher } = demo
    ? await withDemoMail(own)
    : { config: own, catcher: null };
  const { config, stop } = demo ? await withDemoInfisical(mailing) : { config: own, stop: null };
  try {
    const running = await step('Starting the server', () => startServer(config));
    await untilStopped(running, async (signal) => {
      const token = adminToken(config);
      const paint = paintFor(process.stdout);
      const write = (text: string): boolean => process.stdout.write(`${text}\n`);
      if (demo && (await wantsDemo(running, own))) {
        await step('Loading a made-up organisation', (onProgress) =>
          loadDemoEvents({ config, running, token, signal, onProgress }),
        );
      }
      const sources = await sourcesIn(running.insights.store);
      const connection = { url: running.url, token, whenSilent: 'start it again' };
      if (sources.length > 0 || config.sources.infisical.length > 0) {
        const answers = await askForSummary(connection);
        write(`\n${renderSummary(answers, { paint, isDemo: isDemo(sources) })}`);
      } else {
        write('\n  The store is empty: import audit events, or start without --no-demo.');
      }
      if (catcher !== null && isDemo(sources)) {
        await step('Mailing a first report', () => mailFirstReport(connection));
      }
      const mail = catcher?.url ?? null;
      write(
        `\n${renderAddresses({ url: running.url, isUsual: port === undefined, mail }, paint)}\n`,
      );
      write(paint.dim('  Ctrl-C stops the server.'));
    });
  } finally {
    await stop?.();
    await catcher?.stop();
  }
  process.stdout.write('\nStopped.\n');
}

/** A person watches this terminal: single requests are not logged into it unless asked for. */
function configFor(port: number | undefined): Config {
  const config = loadConfig();
  return {
    ...config,
    bind: { ...config.bind, ...(port !== undefined && { port }) },
    logLevel: config.logLevel === 'info' ? 'warn' : config.logLevel,
  };
}
