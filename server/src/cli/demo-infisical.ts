import type { Config } from '../config/config';
import { startInfisicalApi } from '../demo/infisical-api';
import { demoTime, holdsOnlyDemo } from './demo';

export interface WithDemoInfisical {
  config: Config;
  stop: () => Promise<void>;
}

/**
 * A made-up Infisical for the collector to ask, beside the made-up events. Not where a connection is
 * configured or real events are kept: nobody wants made-up secrets among their own.
 */
export async function withDemoInfisical(config: Config): Promise<WithDemoInfisical> {
  const { infisical, akeyless } = config.sources;
  const isSet = infisical.length > 0 || akeyless.length > 0;
  if (isSet || !(await holdsOnlyDemo(config))) return { config, stop: () => Promise.resolve() };
  const { source, stop } = await startInfisicalApi(demoTime(config.paths));
  return { config: { ...config, sources: { ...config.sources, infisical: [source] } }, stop };
}
