import { padRight, paintFor, printable } from './terminal';

/** A list in aligned columns, with headings. */
export function writeList(headings: readonly string[], rows: readonly (readonly string[])[]): void {
  const cells = rows.map((row) => row.map(printable));
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...cells.map((row) => row[column]?.length ?? 0)),
  );
  const line = (texts: readonly string[]): string =>
    texts
      .map((cell, column) => padRight(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const { bold } = paintFor(process.stdout);
  process.stdout.write([bold(line(headings)), ...cells.map(line), ''].join('\n'));
}
