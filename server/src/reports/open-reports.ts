import type { Logger } from 'pino';
import { capabilities } from '../contract';
import { Failure } from '../failure';
import type { Config } from '../config/config';
import type { Insights } from '../insights/insights';
import type { StateLog } from '../store/state-log';
import { ensureTokenFile } from '../tokens/fixed-tokens';
import { Links } from './links';
import { hostOf } from './new-run';
import { ReportFolder } from './report-folder';
import { Reports } from './reports';
import type { ReportsDeps } from './reports';
import { scheduleRequestSchema } from './schedule';
import type { ScheduleRequest } from './schedule';
import { Smtp } from './smtp';

export interface OpenReports {
  config: Pick<Config, 'reports' | 'smtp' | 'paths' | 'publicUrl'>;
  insights: Insights;
  state: StateLog;
  version: string;
  log: Logger;
  retryAfterMs?: ReportsDeps['retryAfterMs'];
}

/** Puts reports together and takes over the schedules of the settings; `start` sets them going. */
export async function openReports(options: OpenReports): Promise<Reports> {
  const { config, insights, state, version, log, retryAfterMs } = options;
  const { linkKey, schedules, ...settings } = config.reports;
  const reports = new Reports({
    insights,
    state,
    settings,
    folder: new ReportFolder(config.paths.reports),
    links: new Links(linkKey ?? ensureTokenFile(config.paths.linkKey), config.publicUrl),
    smtp: new Smtp(config.smtp),
    mailHost: hostOf(config.smtp.from),
    version,
    now: insights.now,
    log,
    ...(retryAfterMs && { retryAfterMs }),
  });
  await reports.schedules.provision(schedules.map(parseSchedule), {
    name: 'the settings',
    email: config.reports.replyTo,
    // Whoever writes the settings may see everything that a report can show.
    capabilities: new Set(
      capabilities.filter((each) => ['insights', 'audit', 'usage', 'reports'].includes(each)),
    ),
    projects: null,
  });
  return reports;
}

/** @throws Failure naming the schedule and what is wrong with it. */
function parseSchedule(
  given: Record<string, unknown>,
  index: number,
): { id: string; request: ScheduleRequest } {
  const parsed = scheduleRequestSchema.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const path = ['reports.schedules', index + 1, ...(issue?.path ?? [])].join('.');
    throw new Failure('bad-parameters', `${path}: ${issue?.message ?? 'is not a schedule'}.`);
  }
  const slug = parsed.data.name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return { id: `settings-${slug}`, request: parsed.data };
}
