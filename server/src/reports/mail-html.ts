import type { MailContent, MailSection } from './mail';

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
export const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => escapes[character] ?? character);

/**
 * Light where nothing is said; mail programs that know dark mode read the style element. Tables and
 * background colours only: images and SVG are blocked or not shown at all.
 */
const style = `
:root{color-scheme:light dark;supported-color-schemes:light dark}
body{margin:0;padding:0;background:#f2f4f7;color:#1c2430;font:15px/1.5 -apple-system,"Segoe UI",Roboto,Helvetica,Arial,sans-serif}
.page{max-width:720px;margin:0 auto;padding:24px 16px}
.card{background:#ffffff;border:1px solid #d8dee6;border-radius:8px;padding:20px 24px;margin:0 0 16px}
h1{font-size:22px;line-height:1.3;margin:0 0 12px}
h2{font-size:17px;line-height:1.3;margin:0 0 4px}
p{margin:0 0 12px}
.dim{color:#5b6675}
.warn{color:#a04100;font-weight:600}
.scroll{overflow-x:auto}
table{border-collapse:collapse}
.facts td{padding:2px 16px 2px 0;vertical-align:top}
.rows{width:100%;font-size:13px;margin:12px 0}
.rows th,.rows td{text-align:left;padding:5px 10px 5px 0;border-bottom:1px solid #d8dee6;vertical-align:top}
.bars{width:100%;font-size:13px;margin:12px 0}
.bars td{padding:2px 8px 2px 0;white-space:nowrap}
.track{width:70%}
.bar{background:#2f6fdb;height:14px;border-radius:2px;font-size:0;line-height:14px}
.figure{text-align:right}
.hash{font:12px/1.4 ui-monospace,Menlo,Consolas,monospace;overflow-wrap:anywhere}
a{color:#1f5fc4}
@media (prefers-color-scheme:dark){
body{background:#11151b!important;color:#e4e8ee!important}
.card{background:#1a2029!important;border-color:#333d4a!important}
.dim{color:#9aa6b5!important}
.warn{color:#ffb071!important}
.rows th,.rows td{border-color:#333d4a!important}
.bar{background:#6ea2ff!important}
a{color:#8ab4ff!important}
}`;

export function mailHtml({ title, facts, sections, fetching, confidential }: MailContent): string {
  const rows = facts.map(
    ([name, value]) =>
      `<tr><td class="dim">${escaped(name)}</td><td class="${/SHA/.test(name) ? 'hash' : ''}">${escaped(value)}</td></tr>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">
<title>${escaped(title)}</title><style>${style}</style></head>
<body><div class="page">
<div class="card"><h1>${escaped(title)}</h1><table role="presentation" class="facts">${rows.join('')}</table></div>
${sections.map(sectionHtml).join('\n')}
${fetching === null ? '' : `<p>${escaped(fetching)}</p>`}
<p class="dim">${escaped(confidential)}</p>
</div></body></html>
`;
}

function sectionHtml(section: MailSection): string {
  const { name, result, isWarning, notices, file } = section;
  return `<div class="card"><h2>${escaped(name)}</h2>
<p class="${isWarning ? 'warn' : 'dim'}">${escaped(result)}</p>
${section.summary?.bars ? barsHtml(section.summary.bars) : rowsHtml(section)}
${notices.map((text) => `<p>${escaped(text)}</p>`).join('')}${file === null ? '' : fileHtml(file)}</div>`;
}

function fileHtml({ name, sha256, link }: NonNullable<MailSection['file']>): string {
  const shown =
    link === null ? escaped(name) : `<a href="${escaped(link)}">Download ${escaped(name)}</a>`;
  return `<p class="dim" style="margin:0">${shown}<br><span class="hash">SHA-256 ${escaped(sha256)}</span></p>`;
}

function rowsHtml({ summary, rows }: MailSection): string {
  if (!summary || summary.rows.length === 0) return '';
  const row = (cells: readonly string[], tag: 'th' | 'td'): string =>
    `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('')}</tr>`;
  const more =
    rows > summary.rows.length
      ? `<tr><td class="dim" colspan="${summary.titles.length}">…</td></tr>`
      : '';
  const body = summary.rows.map((cells) => row(cells, 'td')).join('');
  return `<div class="scroll"><table class="rows">${row(summary.titles, 'th')}${body}${more}</table></div>`;
}

function barsHtml(bars: readonly { label: string; value: number | null }[]): string {
  const most = Math.max(1, ...bars.map(({ value }) => value ?? 0));
  const lines = bars.map(({ label, value }) => {
    const width = Math.max(1, Math.round(((value ?? 0) / most) * 100));
    const bar = value === null ? '' : `<div class="bar" style="width:${width}%">&nbsp;</div>`;
    const figure = value === null ? 'unknown' : value.toLocaleString('en-US');
    return `<tr><td class="dim">${escaped(label)}</td><td class="track">${bar}</td><td class="figure">${escaped(figure)}</td></tr>`;
  });
  return `<table class="bars">${lines.join('')}</table>`;
}
