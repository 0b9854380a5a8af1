import type { Cell, ColumnDescription, InsightResult } from '../../src/contract';

const ofRotations: [title: string, column: string][] = [
  ['Rotation Name', 'rotation_name'],
  ['Secret Keys', 'secret_keys'],
  ['Environment', 'environment'],
  ['Secret Path', 'secret_path'],
  ['Next Rotation At', 'next_rotation_at'],
  ['Rotation Status', 'rotation_status'],
  ['Rotation Interval', 'rotation_interval'],
];

/** Infisical's reports, as the contract has them: file, header, and the column that each title stands for. */
export const infisicalReports: Readonly<
  Record<string, { name: string; file: string; header: [title: string, column: string][] }>
> = {
  'stale-secrets': {
    name: 'Stale Secrets',
    file: 'stale-secrets.csv',
    header: [
      ['Secret Key', 'secret_key'],
      ['Environment', 'environment'],
      ['Secret Path', 'secret_path'],
      ['Last Updated At', 'last_updated_at'],
      ['Days Since Update', 'days_since_update'],
    ],
  },
  'duplicate-secrets': {
    name: 'Duplicate Secrets',
    file: 'duplicate-secrets.csv',
    header: [
      ['Group ID', 'group_id'],
      ['Secret Key', 'secret_key'],
      ['Environment', 'environment'],
      ['Secret Path', 'secret_path'],
    ],
  },
  'secret-validation-compliance': {
    name: 'Secret Validation Compliance',
    file: 'secret-validation-compliance-violations.csv',
    header: [
      ['Secret Key', 'secret_key'],
      ['Environment', 'environment'],
      ['Secret Path', 'secret_path'],
      ['Rule Name', 'rule_name'],
      ['Constraint Type', 'constraint_type'],
      ['Violation', 'violation'],
    ],
  },
  'upcoming-rotations': {
    name: 'Upcoming Rotations',
    file: 'upcoming-rotations.csv',
    header: ofRotations,
  },
  'failed-rotations': {
    name: 'Failed Rotations',
    file: 'failed-rotations.csv',
    header: ofRotations,
  },
  'upcoming-reminders': {
    name: 'Upcoming Reminders',
    file: 'upcoming-reminders.csv',
    header: [
      ['Secret Key', 'secret_key'],
      ['Environment', 'environment'],
      ['Secret Path', 'secret_path'],
      ['Next Reminder Date', 'next_reminder_at'],
      ['Message', 'message'],
    ],
  },
  'secret-access-log': {
    name: 'Secret Access Log',
    file: 'secret-access-log.csv',
    header: [
      ['Timestamp', 'time'],
      ['Actor Type', 'actor_type'],
      ['Actor Name', 'actor_name'],
      ['Actor Email', 'actor_email'],
      ['Event Type', 'event'],
      ['Secret Key', 'secret_key'],
      ['Environment', 'environment'],
      ['Secret Path', 'secret_path'],
      ['IP Address', 'ip'],
    ],
  },
  'auth-methods': {
    name: 'Auth Methods',
    file: 'auth-methods.csv',
    header: [
      ['Auth Method', 'auth_method'],
      ['Reads', 'reads'],
      ['Share', 'share'],
    ],
  },
};

/** Reports of the organisation, whose titles are the keys of the insight in words. */
const inWords = new Set(['needs-attention', 'static-secret-usage', 'secret-access-volume']);
const words = (key: string): string =>
  key.replace(
    /(^|_)([a-z])/g,
    (_, before: string, letter: string) => `${before && ' '}${letter.toUpperCase()}`,
  );

/** India's clock is always this far ahead. */
export const india = { zone: 'Asia/Kolkata', offset: '+05:30', ms: 5.5 * 3_600_000 };

/** As a report writes a cell, said a second time and more slowly. */
function expectedCell(cell: Cell, type: ColumnDescription['type']): string {
  if (cell === null) return '';
  if (type === 'time') {
    const local = new Date(Date.parse(String(cell)) + india.ms).toISOString();
    return local.replace('Z', india.offset);
  }
  if (Array.isArray(cell)) return expectedCell(cell.join(';'), 'string');
  if (typeof cell === 'object') return expectedCell(JSON.stringify(cell), 'string');
  const text = String(cell);
  if (text !== '' && !Number.isNaN(Number(text)) && /\d/.test(text)) return text;
  const [first = ''] = text.normalize('NFKC').replace(/^ +/, '');
  return '=+-@\t\r\n'.includes(first) && first !== '' ? `'${text}` : text;
}

/** Header and rows that the file of a report must have, from what its insight answers as JSON. */
export function expectedFile(report: string, { columns, rows }: InsightResult): string[][] {
  const own = infisicalReports[report]?.header;
  const shown: { title: string; column: ColumnDescription | undefined }[] = own
    ? own.map(([title, key]) => ({ title, column: columns.find((each) => each.key === key) }))
    : columns
        .filter(({ key }) => key !== 'by')
        .map((column) => ({
          title: inWords.has(report) ? words(column.key) : column.title,
          column,
        }));
  return [
    shown.map(({ title }) => title),
    ...rows.map((row) =>
      shown.map(({ column }) =>
        column ? expectedCell(row[column.key] ?? null, column.type) : 'no such column',
      ),
    ),
  ];
}
