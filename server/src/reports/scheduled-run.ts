import type { Insights } from '../insights/insights';
import { newRun } from './new-run';
import { resolveChoice } from './report-request';
import type { ReportInput } from './report-request';
import type { Requester } from './requester';
import type { Run } from './run';
import type { Schedule } from './schedule';

export interface ScheduledRun {
  schedule: Schedule;
  /** Epoch milliseconds; null for `send now`. */
  due: number | null;
  /** Who asked for `send now`; null where the schedule came due. */
  requestedBy: Requester | null;
  /** Others than the schedule's own. */
  recipients?: readonly string[];
  insights: Insights;
  mailHost: string;
  now: number;
}

/** The run of a schedule, with the rights of who made the schedule; `now` in its ranges is the due time. */
export function scheduledRun(wanted: ScheduledRun): Run {
  const { schedule, due, requestedBy, recipients, insights, mailHost, now } = wanted;
  const { id, name, owner, when_empty, only_new } = schedule;
  const [project] = schedule.project === '' ? [''] : insights.projects.idsOf(schedule.project);
  return newRun({
    seed: due === null ? null : `${id} ${due}`,
    project: project ?? schedule.project,
    requestedAt: now,
    requestedBy:
      requestedBy === null ? `schedule ${name}` : `${requestedBy.name} for schedule ${name}`,
    ownerEmail: owner.email,
    rights: schedule.rights,
    schedule: {
      id,
      name,
      due: due === null ? null : new Date(due).toISOString(),
      is_trial: recipients !== undefined,
      when_empty,
      only_new,
    },
    zone: schedule.zone,
    subject: schedule.subject,
    replyTo: schedule.reply_to,
    reports: schedule.reports.map((choice) => inputOf(choice, wanted)),
    recipients: recipients ?? schedule.recipients,
    mailHost,
  });
}

/** What cannot be resolved any more fails when the run is made, where history and owner hear of it. */
function inputOf(
  { name, ...choice }: Schedule['reports'][number],
  { schedule, due, insights, now }: ScheduledRun,
): ReportInput {
  const at = due ?? now;
  const capabilities = new Set(schedule.rights);
  try {
    return resolveChoice(choice, { insights, capabilities, now: at });
  } catch {
    const day = 86_400_000;
    return {
      type: choice.type,
      name,
      file: `${choice.type}.csv`,
      params: choice.params ?? {},
      filters: choice.filters ?? [],
      from: new Date(at - day).toISOString(),
      to: new Date(at).toISOString(),
    };
  }
}
