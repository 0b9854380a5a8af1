import type { InsightResult, Row } from '../contract';
import { call } from './connection';
import type { Connection } from './connection';
import { fit, formatCount, formatShare, padLeft, padRight, printable } from './terminal';
import type { Paint } from './terminal';

/** The answers that the summary shows. */
export interface Answers {
  volume: InsightResult;
  actors: InsightResult;
  authMethods: InsightResult;
  rotations: InsightResult;
}

export interface SummaryOptions {
  paint: Paint;
  /** Whether the figures are those of the made-up organisation. */
  isDemo: boolean;
}

const width = 78;
const margin = '  ';
const blocks = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;
const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;
const shownRows = 5;

export async function askForSummary(connection: Connection): Promise<Answers> {
  const ask = async (path: string): Promise<InsightResult> => {
    const response = await call(connection, `/api/v1/insights/${path}`);
    return (await response.json()) as InsightResult;
  };
  const [volume, actors, authMethods, rotations] = await Promise.all([
    ask('access-volume'),
    ask(`top-actors?limit=${shownRows}`),
    ask('auth-methods'),
    ask('rotation-failures'),
  ]);
  return { volume, actors, authMethods, rotations };
}

/** A first look at the figures, at most 80 columns wide. */
export function renderSummary(answers: Answers, { paint, isDemo }: SummaryOptions): string {
  const demo = isDemo
    ? [`${margin}${paint.warn('Made-up demo figures:')} Harbour & Finch does not exist.`, '']
    : [];
  return [
    ...demo,
    ...volumeLines(answers.volume, paint),
    '',
    ...actorLines(answers.actors, paint),
    '',
    ...authMethodLines(answers.authMethods, paint),
    '',
    ...rotationLines(answers.rotations, paint),
  ].join('\n');
}

const heading = (title: string, about: string, paint: Paint): string =>
  `${margin}${paint.bold(title)}  ${paint.dim(about)}`;

const numberIn = (row: Row, key: string): number | null => {
  const cell = row[key];
  return typeof cell === 'number' ? cell : null;
};
const textIn = (row: Row, key: string): string => printable(String(row[key] ?? ''));

/** A block for each value, by its part of the largest; a blank where nothing is known. */
export function sparkline(values: readonly (number | null)[]): string[] {
  const most = Math.max(1, ...values.map((value) => value ?? 0));
  return values.map((value) => {
    if (value === null) return ' ';
    return blocks[Math.round((value / most) * (blocks.length - 1))] ?? blocks[0];
  });
}

/** A bar of eighths of a column, so that small parts differ too. */
export function bar(part: number, columns: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, part)) * columns * 8);
  const whole = '█'.repeat(Math.floor(filled / 8));
  return whole + (eighths[filled % 8] ?? '');
}

function volumeLines({ rows, meta }: InsightResult, paint: Paint): string[] {
  const reads = rows.map((row) => numberIn(row, 'reads'));
  const total = reads.reduce<number>((sum, value) => sum + (value ?? 0), 0);
  const weekday = new Intl.DateTimeFormat('en', { weekday: 'short', timeZone: 'UTC' });
  // The last day is not over, which explains why it is low.
  const today = meta.to.slice(0, 10);
  const dayName = ({ time }: Row): string =>
    String(time).startsWith(today) ? 'so far' : weekday.format(new Date(String(time)));
  const column = Math.floor((width - 2) / Math.max(7, rows.length));
  const centred = (text: string): string =>
    padRight(' '.repeat(Math.max(0, Math.floor((column - text.length) / 2))) + text, column);
  const line = (texts: string[]): string => (margin + texts.map(centred).join('')).trimEnd();
  return [
    heading('Secret reads, last 7 days', `${formatCount(total)} in all, days in UTC`, paint),
    '',
    paint.accent(line(sparkline(reads).map((block) => block.repeat(column - 4)))),
    line(reads.map((value) => (value === null ? '–' : formatCount(value)))),
    paint.dim(line(rows.map(dayName))),
  ];
}

function actorLines({ rows }: InsightResult, paint: Paint): string[] {
  const most = Math.max(1, ...rows.map((row) => numberIn(row, 'reads') ?? 0));
  return [
    heading('Top actors', 'by reads, last 7 days', paint),
    ...rows.map((row) => {
      const reads = numberIn(row, 'reads') ?? 0;
      const name = `${textIn(row, 'actor_type')}: ${textIn(row, 'actor_name')}`;
      return barLine(name, reads / most, formatCount(reads), paint);
    }),
    ...(rows.length === 0 ? [`${margin}nobody`] : []),
  ];
}

function authMethodLines({ rows }: InsightResult, paint: Paint): string[] {
  const shown = rows.slice(0, shownRows + 1);
  const more = rows.length - shown.length;
  return [
    heading('Authentication methods', 'share of reads, last 30 days', paint),
    ...shown.map((row) => {
      const share = numberIn(row, 'share') ?? 0;
      return barLine(textIn(row, 'auth_method'), share, formatShare(share), paint);
    }),
    ...(more > 0 ? [paint.dim(`${margin}and ${more} more`)] : []),
  ];
}

function barLine(name: string, part: number, figure: string, paint: Paint): string {
  const label = padRight(fit(name, 38), 38);
  return `${margin}${label}  ${padLeft(figure, 9)}  ${paint.accent(bar(part, 24))}`.trimEnd();
}

function rotationLines({ rows }: InsightResult, paint: Paint): string[] {
  const failing = rows.filter((row) => row.state === 'failing');
  const recovered = rows.length - failing.length;
  const about = recovered > 0 ? `${formatCount(recovered)} failed before and work again` : '';
  if (failing.length === 0) return [heading('Failed rotations', about || 'none', paint)];
  return [
    heading('Failed rotations', about, paint),
    ...failing.slice(0, shownRows).flatMap((row) => failedRotation(row, paint)),
    ...(failing.length > shownRows
      ? [paint.dim(`${margin}and ${formatCount(failing.length - shownRows)} more`)]
      : []),
  ];
}

function failedRotation(row: Row, paint: Paint): string[] {
  const name = textIn(row, 'rotation_name') || textIn(row, 'rotation_id');
  const place = ['project', 'environment', 'secret_path']
    .map((key) => textIn(row, key))
    .filter((part) => part !== '')
    .join(' ');
  const attempts = numberIn(row, 'attempts_failed') ?? 0;
  const times = attempts === 1 ? '1 failed attempt' : `${formatCount(attempts)} failed attempts`;
  const since = textIn(row, 'failing_since').slice(0, 10);
  const message = textIn(row, 'message');
  return [
    `${margin}${paint.warn('✗')} ${padRight(fit(name, 36), 36)}  ${times} since ${since}`,
    ...[place, message]
      .filter((text) => text !== '')
      .map((text) => paint.dim(`${margin}  ${fit(text, width - 4)}`)),
  ];
}
