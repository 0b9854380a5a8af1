import { escaped } from './mail-html';
import { subjectOf } from './mail';
import { isAllowed } from './recipients';
import type { Delivery, Run } from './run';
import type { RunnerDeps } from './runner';

/** The notice to the owner, where there is one to tell; made with the run, so that its id is fixed. */
export const noticeFor = (owner: string | null, messageId: string): Delivery | null =>
  owner === null
    ? null
    : {
        address: owner,
        state: 'queued',
        message_id: messageId,
        attempts: 0,
        reason: null,
        at: null,
      };

/** Tells the owner that a run failed, or did not reach everybody. Once, and at most once. */
export async function sendNotice(run: Run, deps: RunnerDeps): Promise<void> {
  const { book, mailing, insights, settings, now } = deps;
  const { notice } = run;
  if (notice?.state !== 'queued' || !mailing.smtp.isSet) return;
  if (!isAllowed(notice.address, mailing.allowList)) return;
  const note = async (change: Partial<Delivery>): Promise<void> => {
    const at = new Date(now()).toISOString();
    await book.change(run.id, () => ({ notice: { ...notice, ...change, attempts: 1, at } }));
  };
  await note({ state: 'sending' });
  const what = run.schedule?.name ?? run.reports.map(({ name }) => name).join(', ');
  const project = run.project === '' ? 'all projects' : insights.projects.nameOf(run.project);
  const verb = run.status === 'failed' ? 'failed' : 'did not reach everybody';
  const lines = [
    `The report ${what} for ${project} ${verb}.`,
    run.reason ?? '',
    `Asked for at ${run.requested_at} by ${run.requested_by}; run ${run.id}.`,
  ];
  const { state, reason } = await mailing.smtp.send({
    to: notice.address,
    messageId: notice.message_id,
    subject: subjectOf(`Report ${verb}: ${what}`, {}),
    replyTo: run.reply_to ?? settings.replyTo,
    text: `${lines.join('\n\n')}\n`,
    html: `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"></head><body>${lines.map((line) => `<p>${escaped(line)}</p>`).join('')}</body></html>`,
    attachments: [],
  });
  await note({ state: state === 'later' ? 'refused' : state, reason });
}
