/** A line that overwrites itself on a terminal, and one line a tenth elsewhere. */
export function progress(what: string, done: number, total: number): void {
  const share = Math.min(1, done / total);
  const text = `${what}: ${done.toLocaleString('en-US')} of ${total.toLocaleString('en-US')}`;
  if (process.stderr.isTTY) {
    const filled = Math.round(share * 30);
    process.stderr.write(
      `\r${'█'.repeat(filled)}${'░'.repeat(30 - filled)} ${text}${share >= 1 ? '\n' : ''}`,
    );
    return;
  }
  const tenth = Math.floor(share * 10);
  if (tenths.get(what) === tenth) return;
  tenths.set(what, tenth);
  process.stderr.write(`${text}\n`);
}

const tenths = new Map<string, number>();

type Figures = object;

export function printTable(title: string, rows: readonly Figures[]): void {
  const keys = Object.keys(rows[0] ?? {});
  const cells = rows.map((row) => {
    const values = new Map(Object.entries(row));
    return keys.map((key) => cell(values.get(key)));
  });
  const widths = keys.map((key, index) =>
    Math.max(key.length, ...cells.map((row) => row[index]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((text, index) =>
        /^[\d.,]+( ×)?$/.test(text)
          ? text.padStart(widths[index] ?? 0)
          : text.padEnd(widths[index] ?? 0),
      )
      .join('  ');
  console.log(`\n${title}`);
  console.log(line(keys));
  cells.forEach((row) => console.log(line(row)));
}

const cell = (value: unknown): string =>
  typeof value === 'number' ? value.toLocaleString('en-US') : String(value);

/** The value that the given share of all is not above; NaN of none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? NaN;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

/** As tables show milliseconds and ratios. */
export const round = (value: number, digits = 1): number =>
  Math.round(value * 10 ** digits) / 10 ** digits;
