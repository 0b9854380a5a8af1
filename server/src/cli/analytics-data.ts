import { call } from './connection';
import type { Connection } from './connection';
import { timePreset } from './time-presets';

export interface AnalyticsOptions {
  /** The whole answer; without it, what is in use by product. */
  json: boolean;
  from?: string;
  to?: string;
  account?: string;
  source?: string;
  product?: string;
}

/** Prints what Akeyless's command of the same name prints. */
export async function getAnalyticsData(
  connection: Connection,
  { json, from, to, ...filters }: AnalyticsOptions,
): Promise<void> {
  const response = await call(connection, '/api/v1/akeyless/get-analytics-data', {
    method: 'POST',
    body: JSON.stringify({
      token: connection.token,
      summary: !json,
      ...(from !== undefined && { from: timePreset(from) }),
      ...(to !== undefined && { to: timePreset(to) }),
      ...filters,
    }),
  });
  process.stdout.write(`${JSON.stringify(await response.json(), null, 2)}\n`);
}
