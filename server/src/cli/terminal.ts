/** How text looks in a terminal: how wide it is, what must not reach it, and colours where they are wanted. */

export interface Paint {
  dim: (text: string) => string;
  bold: (text: string) => string;
  accent: (text: string) => string;
  warn: (text: string) => string;
}

const sgr =
  (start: number, end: number) =>
  (text: string): string =>
    text === '' ? '' : `\u001b[${start}m${text}\u001b[${end}m`;
const plain = (text: string): string => text;

export const coloured: Paint = {
  dim: sgr(2, 22),
  bold: sgr(1, 22),
  accent: sgr(36, 39),
  warn: sgr(33, 39),
};
export const uncoloured: Paint = { dim: plain, bold: plain, accent: plain, warn: plain };

/** Colours only where a person looks and has not asked for none (https://no-color.org). */
export const paintFor = (
  stream: { isTTY?: boolean },
  env: NodeJS.ProcessEnv = process.env,
): Paint => (stream.isTTY && !env.NO_COLOR && env.TERM !== 'dumb' ? coloured : uncoloured);

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const wide =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]|\ufe0f/u;
const invisible = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;

const widthOf = (grapheme: string): number =>
  invisible.test(grapheme) ? 0 : wide.test(grapheme) ? 2 : 1;

/** Columns that the text takes up; it must be free of escape sequences. */
export function displayWidth(text: string): number {
  if (/^[\u0020-\u007e]*$/.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += widthOf(segment);
  return width;
}

/** Names come from outside: nothing in them may move the cursor, colour the screen or turn the text round. */
export const printable = (text: string): string =>
  text.replace(/\p{Cc}|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, '\ufffd');

/** The text in at most so many columns, with … where it was cut. */
export function fit(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  let kept = '';
  let width = 0;
  for (const { segment } of graphemes.segment(text)) {
    width += widthOf(segment);
    if (width > columns - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

const gap = (text: string, columns: number): string =>
  ' '.repeat(Math.max(0, columns - displayWidth(text)));
export const padRight = (text: string, columns: number): string => text + gap(text, columns);
export const padLeft = (text: string, columns: number): string => gap(text, columns) + text;

const wholeNumbers = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const numbers = new Intl.NumberFormat('en-US', { maximumFractionDigits: 3 });
const percents = new Intl.NumberFormat('en-US', {
  style: 'percent',
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});

export const formatCount = (value: number): string => wholeNumbers.format(value);
export const formatNumber = (value: number): string => numbers.format(value);
export const formatShare = (value: number): string => percents.format(value);
