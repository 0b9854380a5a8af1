import { z } from 'zod';
import { choice, flag, integer, password, size, text, texts, token } from './setting';
import type { Setting } from './setting';

const optionalText = (
  place: { env: string; yaml: string; description: string },
  allowed: string,
  schema: z.ZodType<string>,
): Setting<string | null> => ({
  ...place,
  allowed,
  preset: null,
  default: '(not set)',
  isSecret: false,
  schema,
});

const oneLine = z
  .string()
  .trim()
  .min(1)
  .regex(/^\P{Cc}*$/u);

/** The mail server that reports are handed to. */
export const smtp = {
  host: optionalText(
    {
      env: 'SECRET_INSIGHTS_SMTP_HOST',
      yaml: 'smtp.host',
      description: 'Mail server that sends the reports. Without it reports can only be downloaded.',
    },
    'the name or address of a mail server',
    z
      .string()
      .trim()
      .regex(/^[A-Za-z0-9._:-]+$/),
  ),
  port: integer(
    {
      env: 'SECRET_INSIGHTS_SMTP_PORT',
      yaml: 'smtp.port',
      description: 'Port of the mail server: 587 for STARTTLS, 465 for TLS from the start.',
    },
    { min: 1, max: 65_535, preset: 587 },
  ),
  tls: choice(
    {
      env: 'SECRET_INSIGHTS_SMTP_TLS',
      yaml: 'smtp.tls',
      description:
        'How the line is encrypted: secure from its start; starttls before anything is sent; if-offered where the server offers it, but a password is never sent without.',
    },
    ['if-offered', 'starttls', 'secure'],
    'if-offered',
  ),
  user: optionalText(
    {
      env: 'SECRET_INSIGHTS_SMTP_USER',
      yaml: 'smtp.user',
      description: 'User at the mail server, where it asks for one.',
    },
    'a user name',
    oneLine,
  ),
  password: password({
    env: 'SECRET_INSIGHTS_SMTP_PASSWORD',
    yaml: 'smtp.password',
    description: 'Password of that user.',
  }),
  from: {
    ...text(
      {
        env: 'SECRET_INSIGHTS_SMTP_FROM',
        yaml: 'smtp.from',
        description: 'Sender of the mails.',
      },
      'Secret Insights <secret-insights@localhost>',
      'an address such as reports@example.org or Reports <reports@example.org>',
    ),
    schema: oneLine.regex(/^(?:[^<>@]*<[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)$/),
  },
};

export const reports = {
  recipients: texts({
    env: 'SECRET_INSIGHTS_REPORT_RECIPIENTS',
    yaml: 'reports.recipients',
    description:
      'Addresses and domains that reports may be mailed to: ann@example.org, @example.org. Without any, none is mailed.',
  }),
  rows: integer(
    {
      env: 'SECRET_INSIGHTS_REPORT_ROWS',
      yaml: 'reports.rows',
      description: 'Most rows of a report; one with more is cut there and marked so.',
    },
    { min: 1, max: 10_000_000, preset: 100_000 },
  ),
  keepDays: integer(
    {
      env: 'SECRET_INSIGHTS_REPORT_KEEP_DAYS',
      yaml: 'reports.keep_days',
      description: 'Days for which the files of a report can be downloaded again.',
    },
    { min: 1, max: 3_650, preset: 30 },
  ),
  mailBytes: size(
    {
      env: 'SECRET_INSIGHTS_REPORT_MAIL_SIZE',
      yaml: 'reports.mail_size',
      description: 'Largest mail. Files that would pass it are packed, or linked to instead.',
    },
    '10 MB',
    '100 MB',
  ),
  bom: flag(
    {
      env: 'SECRET_INSIGHTS_REPORT_BOM',
      yaml: 'reports.bom',
      description: 'Whether report files begin with a byte order mark, which old Excel needs.',
    },
    false,
  ),
  subject: {
    ...text(
      {
        env: 'SECRET_INSIGHTS_REPORT_SUBJECT',
        yaml: 'reports.subject',
        description:
          'Subject of the mails; {project}, {reports}, {schedule} and {date} are filled in.',
      },
      'Secret Insights report for {project}',
      'one line of text',
    ),
    schema: oneLine.max(200),
  },
  replyTo: optionalText(
    {
      env: 'SECRET_INSIGHTS_REPORT_REPLY_TO',
      yaml: 'reports.reply_to',
      description: 'Address that answers to report mails go to.',
    },
    'an address such as security@example.org',
    z
      .string()
      .trim()
      .toLowerCase()
      .regex(/^[^<>@\s,;]+@[^<>@\s,;]+$/),
  ),
  linkKey: token({
    env: 'SECRET_INSIGHTS_LINK_KEY',
    yaml: 'reports.link_key',
    description:
      'Key that signs download links in mails. Without it the first start writes one into the data folder.',
  }),
  schedules: {
    env: null,
    yaml: 'reports.schedules',
    description:
      'Schedules that the settings give; each with a name, reports, recipients and when. They cannot be changed through the API.',
    allowed: 'a list of schedules',
    preset: [],
    default: '(none)',
    isSecret: false,
    schema: z.array(z.record(z.string(), z.unknown())),
  } satisfies Setting<Record<string, unknown>[]> as Setting<Record<string, unknown>[]>,
};
