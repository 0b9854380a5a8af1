import { z } from 'zod';
import { capabilities, filterOperators } from '../contract';

export const runStatuses = ['pending', 'generating', 'completed', 'partial', 'failed'] as const;
export type RunStatus = (typeof runStatuses)[number];

export const deliveryStates = ['queued', 'sending', 'accepted', 'refused', 'unknown'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

const deliverySchema = z.object({
  address: z.string(),
  state: z.enum(deliveryStates),
  /** Fixed when the run is asked for, so that a mail server can tell a copy. */
  message_id: z.string(),
  attempts: z.number(),
  /** What the mail server said, or why it is not known. */
  reason: z.string().nullable(),
  at: z.string().nullable(),
});
export type Delivery = z.infer<typeof deliverySchema>;

const inputSchema = z.object({
  type: z.string(),
  name: z.string(),
  file: z.string(),
  params: z.record(z.string(), z.unknown()),
  filters: z.array(
    z.object({ field: z.string(), op: z.enum(filterOperators), values: z.array(z.string()) }),
  ),
  from: z.string(),
  to: z.string(),
});

export const reportFileSchema = z.object({
  type: z.string(),
  name: z.string(),
  file: z.string(),
  rows: z.number(),
  truncated: z.boolean(),
  bytes: z.number(),
  sha256: z.string(),
});
export type ReportFile = z.infer<typeof reportFileSchema>;

/** A report of which there is no file, because there was nothing to answer from. */
export const unansweredSchema = z.object({
  type: z.string(),
  name: z.string(),
  /** What it needs, in the insight's words. */
  reason: z.string(),
});
export type Unanswered = z.infer<typeof unansweredSchema>;

/** A run as it is kept. Every step of it is appended to the state before it is taken. */
export const runSchema = z.object({
  id: z.string(),
  /** Id of the project; empty for every project. */
  project: z.string(),
  requested_at: z.string(),
  /** `token T for user U`, `token T` or `schedule S`. */
  requested_by: z.string(),
  /** Who is told when it fails. */
  owner_email: z.string().nullable(),
  /** The rights of who asked, with which the figures are read, also after a restart. */
  rights: z.array(z.enum(capabilities)),
  schedule: z
    .object({
      id: z.string(),
      name: z.string(),
      /** The time it was due at; null for `send now`. */
      due: z.string().nullable(),
      /** Sent to others than the schedule's recipients, so it does not count as its last run. */
      is_trial: z.boolean(),
      when_empty: z.enum(['send', 'skip']),
      only_new: z.boolean(),
    })
    .nullable(),
  zone: z.string(),
  subject: z.string().nullable(),
  reply_to: z.string().nullable(),
  reports: z.array(inputSchema),
  recipients: z.array(deliverySchema),
  status: z.enum(runStatuses),
  reason: z.string().nullable(),
  started_at: z.string().nullable(),
  finished_at: z.string().nullable(),
  duration_ms: z.number().nullable(),
  rows: z.number().nullable(),
  bytes: z.number().nullable(),
  files: z.array(reportFileSchema),
  unanswered: z.array(unansweredSchema).default([]),
  /** Its number in the chain of evidence, once its files are made or it has failed. */
  sequence: z.number().nullable(),
  manifest_sha256: z.string().nullable(),
  /** How often the run was taken up; one that ends the server each time is given up. */
  attempts: z.number(),
  downloads: z.number(),
  /** The notice of a failure to the owner. */
  notice: deliverySchema.nullable(),
});
export type Run = z.infer<typeof runSchema>;

export const isOver = ({ status }: Pick<Run, 'status'>): boolean =>
  status !== 'pending' && status !== 'generating';

/** How a finished run is called, by what became of its files and its mails. */
export function outcomeOf({ files, unanswered, recipients }: Run): {
  status: RunStatus;
  reason: string | null;
} {
  const cut = files.filter(({ truncated }) => truncated).map(({ name }) => name);
  const refused = recipients.filter(({ state }) => state === 'refused');
  const unknown = recipients.filter(({ state }) => state === 'unknown');
  const reasons = [
    ...(cut.length > 0 ? [`Cut at the row limit: ${cut.join(', ')}.`] : []),
    ...unanswered.map(({ name, reason }) => `No file of ${name}. ${reason}`),
    ...refused.map(({ address, reason }) => `Not accepted for ${address}: ${reason ?? 'refused'}`),
    ...(unknown.length > 0
      ? [
          `Unknown whether it reached ${unknown.map(({ address }) => address).join(', ')}: it is not sent again by itself.`,
        ]
      : []),
  ];
  const reachedNobody = recipients.length > 0 && refused.length === recipients.length;
  const status = reasons.length === 0 ? 'completed' : reachedNobody ? 'failed' : 'partial';
  return { status, reason: reasons.join(' ') || null };
}
