import { z } from 'zod';
import type { ClientProcess } from './client-process';
import type { Workload } from './events';
import type { Serving } from './serve';

const runSchema = z.object({
  run: z.string(),
  status: z.string(),
  reason: z.string().nullable(),
  rows: z.number().nullable(),
  bytes: z.number().nullable(),
});
type Run = z.infer<typeof runSchema>;

const day = 86_400_000;
/** An access log covers no more. */
export const mostDays = 90;

export interface ReportRun {
  /** @throws Error with the reason where it failed. */
  isOver: () => Promise<boolean>;
  /** As it was told last. */
  now: () => Run;
}

/** Asks for the newest days of the access log as a report that is only downloaded. */
export async function askForAccessLog(
  { url, headers }: Serving,
  client: ClientProcess,
  { until, days }: Workload,
  newest = mostDays,
): Promise<ReportRun> {
  const reports = { url: `${url}/api/v1/reports`, headers: headers.program };
  const from = until - Math.min(newest, days, mostDays) * day;
  const type = { type: 'secret-access-log', from: String(from), to: String(until) };
  const asked = JSON.stringify({ reports: [type], download_only: true });
  const taken = await client.run('ask', { ...reports, body: asked });
  let run = runSchema.parse(JSON.parse(taken.body));
  return {
    isOver: async () => {
      const answer = await client.run('ask', { ...reports, url: `${reports.url}/${run.run}` });
      run = runSchema.parse(JSON.parse(answer.body));
      if (run.status === 'failed') throw new Error(`the report failed: ${run.reason ?? ''}`);
      return run.status !== 'pending' && run.status !== 'generating';
    },
    now: () => run,
  };
}
