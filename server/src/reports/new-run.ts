import { createHash, randomBytes } from 'node:crypto';
import { noticeFor } from './notice';
import type { ReportInput } from './report-request';
import type { Run } from './run';

export interface NewRun {
  /** A schedule's run has the same id whenever it is made, so that a due time makes one run. */
  seed: string | null;
  project: string;
  requestedAt: number;
  requestedBy: string;
  ownerEmail: string | null;
  rights: Run['rights'];
  schedule: Run['schedule'];
  zone: string;
  subject: string | null;
  replyTo: string | null;
  reports: ReportInput[];
  recipients: readonly string[];
  /** Host of the sender's address, for Message-IDs. */
  mailHost: string;
}

/** A run that nothing has been done for yet. */
export function newRun(wanted: NewRun): Run {
  const id =
    wanted.seed === null
      ? randomBytes(8).toString('hex')
      : createHash('sha256').update(wanted.seed).digest('hex').slice(0, 16);
  const messageId = (part: string | number): string => `<report.${id}.${part}@${wanted.mailHost}>`;
  return {
    id,
    project: wanted.project,
    requested_at: new Date(wanted.requestedAt).toISOString(),
    requested_by: wanted.requestedBy,
    owner_email: wanted.ownerEmail,
    rights: wanted.rights,
    schedule: wanted.schedule,
    zone: wanted.zone,
    subject: wanted.subject,
    reply_to: wanted.replyTo,
    reports: wanted.reports,
    recipients: wanted.recipients.map((address, index) => ({
      address,
      state: 'queued',
      message_id: messageId(index + 1),
      attempts: 0,
      reason: null,
      at: null,
    })),
    status: 'pending',
    reason: null,
    started_at: null,
    finished_at: null,
    duration_ms: null,
    rows: null,
    bytes: null,
    files: [],
    unanswered: [],
    sequence: null,
    manifest_sha256: null,
    attempts: 0,
    downloads: 0,
    notice: noticeFor(wanted.ownerEmail, messageId('notice')),
  };
}

/** `example.org` of `Reports <reports@example.org>`. */
export const hostOf = (sender: string): string =>
  /@([A-Za-z0-9.-]+)>?\s*$/.exec(sender)?.[1] ?? 'localhost';
