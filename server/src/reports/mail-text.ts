import type { MailContent, MailSection } from './mail';

const blocks = 24;

/** A mail for those who read no HTML, with everything the other one has. */
export function mailText({ title, facts, sections, fetching, confidential }: MailContent): string {
  const widest = Math.max(...facts.map(([name]) => name.length));
  return [
    printable(title),
    '',
    ...facts.map(([name, value]) => `${`${name}:`.padEnd(widest + 2)}${printable(value)}`),
    ...sections.flatMap((section) => ['', ...sectionLines(section)]),
    '',
    ...(fetching === null ? [] : [fetching, '']),
    confidential,
    '',
  ].join('\n');
}

function sectionLines(section: MailSection): string[] {
  const { name, result, file, summary, rows, notices } = section;
  const heading = `${name}: ${result}`;
  const lines = [heading, '-'.repeat(heading.length)];
  if (summary?.bars) lines.push(...barLines(summary.bars));
  else if (summary && summary.rows.length > 0) {
    const cells = [summary.titles, ...summary.rows].map((row) => row.map(printable).join(' | '));
    lines.push(...cells.map((line) => `  ${line}`));
    if (rows > summary.rows.length) lines.push('  …');
  }
  lines.push(...notices.map(printable));
  if (file === null) return lines;
  const { name: fileName, sha256, link } = file;
  return [...lines, `${fileName}, SHA-256 ${sha256}`, ...(link === null ? [] : [link])];
}

function barLines(bars: readonly { label: string; value: number | null }[]): string[] {
  const most = Math.max(1, ...bars.map(({ value }) => value ?? 0));
  return bars.map(({ label, value }) => {
    const bar = '#'.repeat(Math.round(((value ?? 0) / most) * blocks));
    return `  ${label}  ${bar.padEnd(blocks)}  ${value === null ? 'unknown' : value.toLocaleString('en-US')}`;
  });
}

/** Names come from outside: no line of a mail is theirs to begin. */
const printable = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
