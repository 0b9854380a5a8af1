import { existsSync } from 'node:fs';
import { Failure } from '../failure';
import { localTimeAt } from '../time/zoned-time';
import { deliver } from './deliver';
import { composeMail, subjectOf } from './mail';
import type { RunnerDeps } from './runner';

/**
 * Mails a run to the recipients that wait, where there are any.
 * @throws Failure `conflict` where its files are not here.
 */
export async function mailRun(id: string, deps: RunnerDeps, signal: AbortSignal): Promise<void> {
  const { book, folder, links, insights, settings, mailing, now } = deps;
  const run = book.get(id);
  if (!run.recipients.some(({ state }) => state === 'queued')) return;
  // Runs are taken over with the lead, files stay where they were made.
  if (!existsSync(folder.summary(id))) {
    throw new Failure(
      'conflict',
      'Its files are not on this server, which took over from the one that made them: ask for the report again.',
    );
  }
  const projectName = run.project === '' ? 'all projects' : insights.projects.nameOf(run.project);
  const mail = await composeMail(run, {
    folder,
    links,
    projectName,
    subject: subjectOf(run.subject ?? settings.subject, {
      project: projectName,
      reports: run.reports.map(({ name }) => name).join(', '),
      schedule: run.schedule?.name ?? '',
      date: dateIn(run.zone, Date.parse(run.requested_at)),
    }),
    replyTo: run.reply_to ?? settings.replyTo,
    mailBytes: settings.mailBytes,
    now: now(),
  });
  await deliver(id, mail, { ...mailing, book, now, signal });
}

function dateIn(zone: string, instant: number): string {
  const { year, month, day } = localTimeAt(zone, instant);
  return [year, String(month).padStart(2, '0'), String(day).padStart(2, '0')].join('-');
}
