import type { Insights } from '../insights/insights';
import type { Reports } from '../reports/reports';
import type { Run } from '../reports/run';
import type { Schedule } from '../reports/schedule';
import { list, record, text, whole } from './schemas';
import type { JsonSchema } from './schemas';

export interface ViewContext {
  insights: Insights;
  reports: Reports;
}

/** A project's name; the program itself keeps ids, and '' for all of them. */
const projectName = ({ insights }: ViewContext, project: string): string | null =>
  project === '' ? null : insights.projects.nameOf(project);

/** A run as callers see it: without the rights it was asked for with. */
export function runView(run: Run, context: ViewContext): Record<string, unknown> {
  const { reports } = context;
  const delivery = ({ address, state, reason, attempts, at }: Run['recipients'][number]) => ({
    address,
    state,
    reason,
    attempts,
    at,
  });
  return {
    run: run.id,
    requested_at: run.requested_at,
    requested_by: run.requested_by,
    project: projectName(context, run.project),
    project_id: run.project === '' ? null : run.project,
    reports: run.reports,
    recipients: run.recipients.map(delivery),
    status: run.status,
    reason: run.reason,
    rows: run.rows,
    bytes: run.bytes,
    duration_ms: run.duration_ms,
    files: run.files,
    unanswered: run.unanswered,
    files_kept: run.files.length > 0 && reports.isKept(run),
    zone: run.zone,
    schedule: run.schedule && {
      id: run.schedule.id,
      name: run.schedule.name,
      due: run.schedule.due,
      is_trial: run.schedule.is_trial,
    },
    started_at: run.started_at,
    finished_at: run.finished_at,
    sequence: run.sequence,
    manifest_sha256: run.manifest_sha256,
    downloads: run.downloads,
    notice: run.notice && delivery(run.notice),
  };
}

const shownNext = 5;

/** A schedule as callers see it, with its next runs. */
export function scheduleView(schedule: Schedule, context: ViewContext): Record<string, unknown> {
  const { id, rights: _, handled: __, next_due: ___, project, ...shown } = schedule;
  return {
    schedule: id,
    ...shown,
    project: projectName(context, project),
    project_id: project === '' ? null : project,
    next_runs: context.reports.schedules
      .next(schedule, shownNext)
      .map((time) => new Date(time).toISOString()),
  };
}

const nullable = (type: string): JsonSchema => ({ type: [type, 'null'] });
const flag: JsonSchema = { type: 'boolean' };
const free: JsonSchema = { type: 'object' };

const deliverySchema = record({
  address: text,
  state: { type: 'string', enum: ['queued', 'sending', 'accepted', 'refused', 'unknown'] },
  reason: nullable('string'),
  attempts: whole,
  at: nullable('string'),
});

export const runViewSchema = record({
  run: text,
  requested_at: text,
  requested_by: text,
  project: nullable('string'),
  project_id: nullable('string'),
  reports: list(free),
  recipients: list(deliverySchema),
  status: { type: 'string', enum: ['pending', 'generating', 'completed', 'partial', 'failed'] },
  reason: nullable('string'),
  rows: nullable('integer'),
  bytes: nullable('integer'),
  duration_ms: nullable('integer'),
  files: list(
    record({
      type: text,
      name: text,
      file: text,
      rows: whole,
      truncated: flag,
      bytes: whole,
      sha256: text,
    }),
  ),
  unanswered: list(record({ type: text, name: text, reason: text })),
  files_kept: flag,
  zone: text,
  schedule: nullable('object'),
  started_at: nullable('string'),
  finished_at: nullable('string'),
  sequence: nullable('integer'),
  manifest_sha256: nullable('string'),
  downloads: whole,
  notice: nullable('object'),
});

export const scheduleViewSchema = record({
  schedule: text,
  name: text,
  project: nullable('string'),
  project_id: nullable('string'),
  reports: list(free),
  recipients: list(text),
  zone: text,
  subject: nullable('string'),
  reply_to: nullable('string'),
  cron: text,
  workdays_only: flag,
  start: nullable('string'),
  end: nullable('string'),
  paused: flag,
  when_empty: { type: 'string', enum: ['send', 'skip'] },
  only_new: flag,
  owner: record({ name: text, email: nullable('string') }),
  fixed: { type: 'boolean', description: 'Given by the settings, so not to be changed here' },
  created_at: text,
  missed: whole,
  last_missed: nullable('string'),
  next_runs: list(text),
});
