import type { InsightResult, Row } from '../contract';
import { bar, renderSummary, sparkline } from './summary';
import type { Answers } from './summary';
import { coloured, displayWidth, uncoloured } from './terminal';

const answer = (rows: Row[]): InsightResult => ({
  columns: [],
  rows,
  meta: {
    insight: 'any',
    version: 1,
    from: '2026-11-14T00:00:00.000Z',
    to: '2026-11-20T12:00:00.000Z',
    zone: 'UTC',
    closed_until: null,
    rows: rows.length,
    truncated: false,
    notices: [],
  },
});

const week = [0, 1_234, null, 1_000_000, 500_000, 250_000, 999_999];
const answers: Answers = {
  volume: answer(
    week.map((reads, index) => ({ time: `2026-11-${14 + index}T00:00:00.000Z`, by: null, reads })),
  ),
  actors: answer([
    { actor_type: 'Service', actor_name: 'ci-runner', reads: 5_234, share: 0.8 },
    { actor_type: 'Identity', actor_name: '例え'.repeat(30), reads: 1_308, share: 0.2 },
    { actor_type: 'User', actor_name: 'evil\u001b[2J', reads: 1, share: 0 },
  ]),
  authMethods: answer([
    { auth_method: 'Kubernetes', reads: 75, share: 0.75 },
    { auth_method: 'Unknown', reads: 25, share: 0.25 },
  ]),
  rotations: answer([
    {
      project: 'payments',
      rotation_id: 'r1',
      rotation_name: 'payments-db',
      environment: 'prod',
      secret_path: '/db',
      state: 'failing',
      failing_since: '2026-11-17T02:00:00.000Z',
      attempts_failed: 24,
      message: 'permission denied\nto alter role',
    },
    { rotation_id: 'r2', state: 'recovered', attempts_failed: 0 },
  ]),
};

describe('the summary', () => {
  it('is readable in 80 columns', () => {
    const text = renderSummary(answers, { paint: uncoloured, isDemo: true });
    const lines = text.split('\n');
    expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(80);
    expect(text).toBe(
      [
        '  Made-up demo figures: Harbour & Finch does not exist.',
        '',
        '  Secret reads, last 7 days  2,751,233 in all, days in UTC',
        '',
        '    ▁▁▁▁▁▁    ▁▁▁▁▁▁              ██████    ▅▅▅▅▅▅    ▃▃▃▃▃▃    ██████',
        '      0       1,234       –     1,000,000  500,000   250,000   999,999',
        '     Sat       Sun       Mon       Tue       Wed       Thu      so far',
        '',
        '  Top actors  by reads, last 7 days',
        '  Service: ci-runner                          5,234  ████████████████████████',
        '  Identity: 例え例え例え例え例え例え例…       1,308  ██████',
        '  User: evil\ufffd[2J                                  1',
        '',
        '  Authentication methods  share of reads, last 30 days',
        '  Kubernetes                                  75.0%  ██████████████████',
        '  Unknown                                     25.0%  ██████',
        '',
        '  Failed rotations  1 failed before and work again',
        '  ✗ payments-db                           24 failed attempts since 2026-11-17',
        '    payments prod /db',
        '    permission denied\ufffdto alter role',
      ].join('\n'),
    );
  });

  it('says nothing of a demo where there is none, and what is empty', () => {
    const nothing = answer([]);
    const text = renderSummary(
      { ...answers, actors: nothing, rotations: nothing },
      { paint: uncoloured, isDemo: false },
    );
    expect(text).not.toContain('demo');
    expect(text).toContain('Top actors  by reads, last 7 days\n  nobody');
    expect(text).toContain('Failed rotations  none');
  });

  it('is as wide in colours', () => {
    const strip = (text: string): string => text.replace(/\u001b\[\d+m/g, '');
    const painted = renderSummary(answers, { paint: coloured, isDemo: true });
    expect(painted).toContain('\u001b[36m');
    expect(strip(painted)).toBe(renderSummary(answers, { paint: uncoloured, isDemo: true }));
  });
});

describe('the small charts', () => {
  it('draw the largest value full and what is not known as nothing', () => {
    expect(sparkline([0, 4, 8, null])).toEqual(['▁', '▅', '█', ' ']);
    expect(sparkline([0, 0])).toEqual(['▁', '▁']);
  });

  it('tell eighths of a column apart', () => {
    expect(bar(1, 3)).toBe('███');
    expect(bar(0.5, 3)).toBe('█▌');
    expect(bar(1 / 24, 3)).toBe('▏');
    expect(bar(0, 3)).toBe('');
    expect(bar(7, 3)).toBe('███');
  });
});
