import { escaped } from '../reports/mail-html';
import type { CaughtMail } from './mail-catcher';

export interface Page {
  type: string;
  body: string | Buffer;
  /** What somebody else wrote, so that nothing in it may act. */
  isMail?: boolean;
  /** The name under which it is saved. */
  attachment?: string;
}

const style = `
:root{color-scheme:light dark}
body{margin:0;font:15px/1.5 system-ui,sans-serif}
main{max-width:860px;margin:0 auto;padding:24px 16px}
h1{font-size:20px}
table{border-collapse:collapse;width:100%}
td,th{text-align:left;padding:6px 12px 6px 0;border-bottom:1px solid #8886;vertical-align:top}
iframe{width:100%;height:75vh;border:1px solid #8886;border-radius:6px}
.dim{opacity:.7}`;

const page = (title: string, content: string): Page => ({
  type: 'text/html; charset=utf-8',
  body: `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escaped(title)}</title><style>${style}</style></head><body><main>${content}</main></body></html>`,
});

const subjectOf = ({ mail }: CaughtMail): string => mail.subject || 'Without a subject';
const timeOf = ({ mail }: CaughtMail): string => mail.date?.toISOString().slice(0, 19) ?? '';

export function listPage(mails: readonly CaughtMail[]): Page {
  const rows = mails.map(
    (caught) =>
      `<tr><td class="dim">${escaped(timeOf(caught).replace('T', ' '))}</td><td><a href="/${caught.number}">${escaped(subjectOf(caught))}</a></td><td>${escaped(caught.to)}</td><td>${caught.mail.attachments.length}</td></tr>`,
  );
  const table =
    rows.length > 0
      ? `<table><tr><th>Time (UTC)</th><th>Subject</th><th>To</th><th>Files</th></tr>${rows.join('')}</table>`
      : '<p>No mail yet.</p>';
  return page(
    'Mails of the demo',
    `<h1>Mails of the demo</h1><p class="dim">They stay on this machine: nothing here is sent on, and all of it is gone when the demo stops.</p>${table}`,
  );
}

export function mailPage(caught: CaughtMail): Page {
  const { number, mail, to } = caught;
  const files = mail.attachments.map(
    ({ filename, size }, index) =>
      `<li><a href="/${number}/files/${index}">${escaped(filename ?? 'file')}</a> <span class="dim">${size.toLocaleString('en-US')} bytes</span></li>`,
  );
  return page(
    subjectOf(caught),
    `<p><a href="/">All mails</a></p><h1>${escaped(subjectOf(caught))}</h1>
<p class="dim">From ${escaped(mail.from?.text ?? '')} to ${escaped(to)}, ${escaped(timeOf(caught).replace('T', ' '))} UTC. <a href="/${number}/html">HTML alone</a>, <a href="/${number}/text">as text</a></p>
<ul>${files.join('')}</ul><iframe sandbox title="The mail" src="/${number}/html"></iframe>`,
  );
}

export function attachmentOf({ mail }: CaughtMail, index: number): Page | null {
  const file = mail.attachments[index];
  if (!file) return null;
  return {
    type: 'application/octet-stream',
    body: file.content,
    isMail: true,
    attachment: file.filename ?? 'file',
  };
}
