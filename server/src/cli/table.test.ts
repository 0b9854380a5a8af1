import type { ColumnDescription, InsightResult, Row } from '../contract';
import { renderTable } from './table';
import { coloured, displayWidth, fit, paintFor, printable, uncoloured } from './terminal';

const columns: ColumnDescription[] = [
  { key: 'name', type: 'string', title: 'Actor', description: '' },
  { key: 'reads', type: 'integer', title: 'Reads', description: '', unit: 'short' },
  { key: 'share', type: 'number', title: 'Share', description: '', unit: 'percentunit' },
  { key: 'last', type: 'time', title: 'Last read', description: '' },
];

const answer = (
  shown: ColumnDescription[],
  rows: Row[],
  notices: InsightResult['meta']['notices'] = [],
): InsightResult => ({
  columns: shown,
  rows,
  meta: {
    insight: 'top-actors',
    version: 1,
    from: '2026-11-14T00:00:00.000Z',
    to: '2026-11-20T12:00:00.000Z',
    zone: 'UTC',
    closed_until: null,
    rows: rows.length,
    truncated: false,
    notices,
  },
});

describe('the table', () => {
  it('aligns names left and numbers right, and shows what is not known as –', () => {
    const rows = [
      { name: 'ci-runner', reads: 1234567, share: 0.6543, last: '2026-11-20T09:57:01.123Z' },
      { name: '例え.test', reads: 5, share: null, last: null },
    ];
    const notices = [
      { severity: 'info' as const, text: 'Still counting.' },
      { severity: 'warning' as const, text: 'Cut.' },
    ];
    expect(renderTable(answer(columns, rows, notices), uncoloured)).toBe(
      [
        'Actor          Reads  Share  Last read',
        'ci-runner  1,234,567  65.4%  2026-11-20 09:57',
        '例え.test          5      –  –',
        '',
        'Still counting.',
        'warning: Cut.',
      ].join('\n'),
    );
  });

  it('shows days as days, and no label where nothing is split', () => {
    const series: ColumnDescription[] = [
      { key: 'time', type: 'time', title: 'Time', description: '' },
      { key: 'by', type: 'string', title: 'Series', description: '' },
      { key: 'reads', type: 'integer', title: 'Reads', description: '' },
    ];
    const rows = [
      { time: '2026-11-19T00:00:00.000Z', by: null, reads: 10 },
      { time: '2026-11-20T00:00:00.000Z', by: null, reads: null },
    ];
    expect(renderTable(answer(series, rows), uncoloured)).toBe(
      ['Time        Reads', '2026-11-19     10', '2026-11-20      –'].join('\n'),
    );
  });

  it('shows figures below each other', () => {
    const figures = columns.slice(1, 3);
    expect(renderTable(answer(figures, [{ reads: 12000, share: 1 }]), uncoloured)).toBe(
      ['Reads  12,000', 'Share  100.0%'].join('\n'),
    );
  });

  it('paints the header and notices alone', () => {
    const row = { name: 'a', reads: 1, share: 0, last: null };
    const notices = [{ severity: 'info' as const, text: 'N.' }];
    const lines = renderTable(answer(columns, [row], notices), coloured).split('\n');
    expect(lines[0]).toMatch(/^\u001b\[1m.*\u001b\[22m$/);
    expect(lines[1]).not.toContain('\u001b');
    expect(lines[3]).toBe('\u001b[2mN.\u001b[22m');
  });

  it('lets no name speak to the terminal', () => {
    const name = 'evil\u001b[2J\r\n\u202eeman\u0007';
    const text = renderTable(
      answer(columns, [{ name, reads: 1, share: 0, last: null }]),
      uncoloured,
    );
    expect(text.split('\n')).toHaveLength(2);
    expect(text).toContain('evil\ufffd[2J\ufffd\ufffd\ufffdeman\ufffd');
    expect(printable('a\u200db')).toBe('a\u200db');
  });
});

describe('text in a terminal', () => {
  it.each([
    ['plain', 5],
    ['zoë', 3],
    ['zoe\u0308', 3],
    ['例え', 4],
    ['👩‍💻 ok', 5],
    ['▁▂▃█', 4],
    ['–', 1],
    ['', 0],
  ])('%s is %d wide', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });

  it('is cut at a whole sign', () => {
    expect(fit('例え.test', 6)).toBe('例え.…');
    expect(fit('例え.test', 4)).toBe('例…');
    expect(fit('abc', 3)).toBe('abc');
  });

  it('is coloured only where somebody sees it and wants it', () => {
    expect(paintFor({ isTTY: true }, {})).toBe(coloured);
    expect(paintFor({ isTTY: true }, { NO_COLOR: '1' })).toBe(uncoloured);
    expect(paintFor({ isTTY: true }, { TERM: 'dumb' })).toBe(uncoloured);
    expect(paintFor({}, {})).toBe(uncoloured);
  });
});
