import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { gzipFile } from './gzip-file';
import type { Links } from './links';
import { linkDays } from './links';
import { mailHtml } from './mail-html';
import { mailText } from './mail-text';
import type { ReportFolder } from './report-folder';
import { reportSummarySchema } from './report-summary';
import type { ReportSummary } from './report-summary';
import type { Run, ReportFile } from './run';
import type { Message } from './smtp';
import { zonedWriter } from '../time/zoned-time';

/** What a mail says, before it is text or HTML. */
export interface MailContent {
  title: string;
  /** Names with their values: project, who asked, when. */
  facts: [name: string, value: string][];
  sections: MailSection[];
  /** What to do with files that are not attached. */
  fetching: string | null;
  confidential: string;
}

export interface MailSection {
  name: string;
  /** `1,204 rows`, `Nothing found`, with what was cut. */
  result: string;
  isWarning: boolean;
  summary: ReportSummary | null;
  rows: number;
  /** What the insight says of its answer, or what it needs to have one. */
  notices: string[];
  /** Null where there was nothing to answer from. */
  file: { name: string; sha256: string; link: string | null } | null;
}

export interface MailOptions {
  folder: ReportFolder;
  links: Links;
  projectName: string;
  subject: string;
  replyTo: string | null;
  /** Bytes that a mail may have. */
  mailBytes: number;
  now: number;
}

/** The same mail for every recipient of a run, but for the address and the Message-ID. */
export type MailTemplate = Omit<Message, 'to' | 'messageId'>;

const confidential =
  'Confidential: the files name secrets, paths and people. Keep them as you would keep the secrets themselves, and pass them on to nobody who may not see these.';
const thousands = new Intl.NumberFormat('en-US');

/** Puts the mail of a run together, with its files attached, packed or linked, whichever fits. */
export async function composeMail(run: Run, options: MailOptions): Promise<MailTemplate> {
  const { folder, links, mailBytes, now } = options;
  const carried = await carry(run, folder, mailBytes);
  const link = (file: ReportFile): string | null =>
    carried === null ? links.make(run.id, file.file, now) : null;
  const summaries = await readSummaries(folder.summary(run.id));
  const content: MailContent = {
    title: run.schedule?.name ?? 'Secret Insights report',
    facts: factsOf(run, options),
    sections: run.reports.flatMap(({ type, name }) => {
      const file = run.files.find((each) => each.type === type);
      const summary = summaries.find((each) => each.type === type) ?? null;
      if (file) {
        const { sha256, truncated, rows } = file;
        return {
          name,
          result: resultOf(run, file),
          isWarning: truncated,
          summary,
          rows,
          notices: summary?.notices ?? [],
          file: { name: file.file, sha256, link: link(file) },
        };
      }
      const notices = run.unanswered.flatMap((each) => (each.type === type ? [each.reason] : []));
      const result = 'Nothing to answer from, so there is no file';
      return { name, result, isWarning: true, summary, rows: 0, notices, file: null };
    }),
    fetching: carried === null ? howToFetch(run, links.make(run.id, '-', now) !== null) : null,
    confidential,
  };
  return {
    subject: options.subject,
    replyTo: options.replyTo,
    text: mailText(content),
    html: mailHtml(content),
    attachments: carried ?? [],
  };
}

/** Base64 makes three bytes four, and lines of it end in two more. */
const encodedBytes = (bytes: number): number => Math.ceil(bytes * 1.37);
/** For the text, the HTML and the headers. */
const textBytes = 100_000;

/** Attachments within the limit: the files, else the files packed, else null. */
async function carry(
  { id, files }: Run,
  folder: ReportFolder,
  mailBytes: number,
): Promise<Message['attachments'] | null> {
  const fits = (bytes: number): boolean => encodedBytes(bytes) + textBytes <= mailBytes;
  if (fits(files.reduce((sum, { bytes }) => sum + bytes, 0))) {
    return files.map(({ file }) => ({
      filename: file,
      path: folder.file(id, file),
      contentType: 'text/csv; charset=utf-8',
    }));
  }
  const packed = [];
  let bytes = 0;
  for (const { file } of files) {
    const path = folder.file(id, `${file}.gz`);
    bytes += await gzipFile(folder.file(id, file), path);
    packed.push({ filename: `${file}.gz`, path, contentType: 'application/gzip' });
  }
  return fits(bytes) ? packed : null;
}

function howToFetch({ id }: Run, isLinked: boolean): string {
  return isLinked
    ? `The files are too large for a mail. The links work for ${linkDays} days, for whoever has them.`
    : `The files are too large for a mail. Fetch them with: secret-insights report download ${id}`;
}

function factsOf(run: Run, { projectName }: MailOptions): MailContent['facts'] {
  const time = zonedWriter(run.zone);
  const facts: MailContent['facts'] = [
    ['Project', projectName],
    ['Requested by', run.requested_by],
    ['Requested at', time(Date.parse(run.requested_at))],
    ['Times in', run.zone],
  ];
  if (run.sequence !== null && run.manifest_sha256 !== null) {
    facts.push(
      ['Evidence number', String(run.sequence)],
      ['Manifest SHA-256', run.manifest_sha256],
    );
  }
  return [...facts, ['Run', run.id]];
}

function resultOf({ schedule }: Run, { rows, truncated }: ReportFile): string {
  const news = schedule?.only_new ? ' new since the last run' : '';
  if (rows === 0) return `Nothing found${news}`;
  const count = `${thousands.format(rows)} ${rows === 1 ? 'row' : 'rows'}${news}`;
  return truncated ? `${count}, cut at the row limit: there are more` : count;
}

async function readSummaries(file: string): Promise<ReportSummary[]> {
  const content: unknown = JSON.parse(await readFile(file, 'utf8'));
  return z.array(reportSummarySchema).parse(content);
}

/** Fills in `{project}` and the like; one line, whatever the names hold. */
export function subjectOf(template: string, values: Readonly<Record<string, string>>): string {
  return template
    .replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole)
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim()
    .slice(0, 250);
}
