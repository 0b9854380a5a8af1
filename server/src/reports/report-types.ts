import { Failure } from '../failure';
import type { Capability } from '../contract';
import { findInsight, insights as catalogue } from '../insights/catalogue';
import type { Origin } from '../insights/knowledge';
import { rollingDays, utcDays } from '../insights/windows';
import type { DefaultWindow } from '../insights/windows';

/** A report: what it is called, which insights fill it, and the columns of its file. */
export interface ReportType {
  id: string;
  name: string;
  file: string;
  /** Several are figures that stand side by side in one row. */
  insights: readonly string[];
  /** Titles with the column each stands for; all columns of the insights where it is absent. */
  header?: readonly (readonly [title: string, column: string])[];
  /** Titles are the columns' keys in words, where neither Infisical nor the insight gives better ones. */
  isHumanised?: boolean;
  /** The range when none is asked for; the insight's own where it is absent. */
  window?: DefaultWindow;
}

const rotationHeader = [
  ['Rotation Name', 'rotation_name'],
  ['Secret Keys', 'secret_keys'],
  ['Environment', 'environment'],
  ['Secret Path', 'secret_path'],
  ['Next Rotation At', 'next_rotation_at'],
  ['Rotation Status', 'rotation_status'],
  ['Rotation Interval', 'rotation_interval'],
] as const;

/** The reports of Infisical's Audit Reports, under its names. */
const named: readonly ReportType[] = [
  {
    id: 'stale-secrets',
    name: 'Stale Secrets',
    file: 'stale-secrets.csv',
    insights: ['stale-secrets'],
    header: [
      ['Secret Key', 'secret_key'],
      ['Environment', 'environment'],
      ['Secret Path', 'secret_path'],
      ['Last Updated At', 'last_updated_at'],
      ['Days Since Update', 'days_since_update'],
    ],
  },
  {
    id: 'duplicate-secrets',
    name: 'Duplicate Secrets',
    file: 'duplicate-secrets.csv',
    insights: ['duplicate-secrets'],
    header: [
      ['Group ID', 'group_id'],
      ['Secret Key', 'secret_key'],
      ['Environment', 'environment'],
      ['Secret Path', 'secret_path'],
    ],
  },
  {
    id: 'secret-validation-compliance',
    name: 'Secret Validation Compliance',
    file: 'secret-validation-compliance-violations.csv',
    insights: ['validation-violations'],
    header: [
      ['Secret Key', 'secret_key'],
      ['Environment', 'environment'],
      ['Secret Path', 'secret_path'],
      ['Rule Name', 'rule_name'],
      ['Constraint Type', 'constraint_type'],
      ['Violation', 'violation'],
    ],
  },
  {
    id: 'upcoming-rotations',
    name: 'Upcoming Rotations',
    file: 'upcoming-rotations.csv',
    insights: ['upcoming-rotations'],
    header: rotationHeader,
  },
  {
    id: 'failed-rotations',
    name: 'Failed Rotations',
    file: 'failed-rotations.csv',
    insights: ['failed-rotations'],
    header: rotationHeader,
  },
  {
    id: 'upcoming-reminders',
    name: 'Upcoming Reminders',
    file: 'upcoming-reminders.csv',
    insights: ['upcoming-reminders'],
    header: [
      ['Secret Key', 'secret_key'],
      ['Environment', 'environment'],
      ['Secret Path', 'secret_path'],
      ['Next Reminder Date', 'next_reminder_at'],
      ['Message', 'message'],
    ],
  },
  {
    id: 'secret-access-log',
    name: 'Secret Access Log',
    file: 'secret-access-log.csv',
    insights: ['access-log'],
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
  {
    id: 'usage-summary',
    name: 'Usage Summary',
    file: 'usage-summary.csv',
    insights: ['access-totals', 'inventory-counts'],
    isHumanised: true,
    window: rollingDays(30),
  },
  {
    id: 'needs-attention',
    name: 'Needs Attention',
    file: 'needs-attention.csv',
    insights: ['project-ranking'],
    isHumanised: true,
  },
  {
    id: 'auth-methods',
    name: 'Auth Methods',
    file: 'auth-methods.csv',
    insights: ['auth-methods'],
    header: [
      ['Auth Method', 'auth_method'],
      ['Reads', 'reads'],
      ['Share', 'share'],
    ],
    window: rollingDays(7),
  },
  {
    id: 'static-secret-usage',
    name: 'Static Secret Usage',
    file: 'static-secret-usage.csv',
    insights: ['new-secrets'],
    isHumanised: true,
  },
  {
    id: 'secret-access-volume',
    name: 'Secret Access Volume',
    file: 'secret-access-volume.csv',
    insights: ['access-volume'],
    isHumanised: true,
    window: utcDays(7),
  },
];

/** Every report there is: the named ones, then each table of the catalogue that none of them shows. */
export function reportTypes(): readonly ReportType[] {
  const shown = new Set(named.flatMap(({ insights }) => (insights.length === 1 ? insights : [])));
  const others = catalogue
    .filter(({ id, shape }) => shape === 'table' && !shown.has(id))
    .map(({ id, title }) => ({ id, name: title, file: `${id}.csv`, insights: [id] }));
  return [...named, ...others];
}

/** What a report needs: a right of who asks, and what must be known here beside events. */
export function needsOf({ insights }: ReportType): { right: Capability; needs: Origin[] } {
  const behind = insights.map((id) => findInsight(id));
  const right = behind.find(({ needs }) => needs !== 'insights')?.needs ?? 'insights';
  return { right, needs: [...new Set(behind.flatMap((each) => each.knownFrom ?? []))] };
}

/**
 * A report by its id, or by the insight that it shows.
 * @throws Failure where there is none.
 */
export function findReportType(id: string): ReportType {
  const types = reportTypes();
  const type =
    types.find((each) => each.id === id) ??
    types.find(({ insights }) => insights.length === 1 && insights[0] === id);
  if (!type) {
    throw new Failure(
      'bad-parameters',
      `There is no report '${id}'. There are: ${types.map((each) => each.id).join(', ')}.`,
      { field: 'reports' },
    );
  }
  return type;
}

/** The insights that answer a report. */
export const insightsBehind = (id: string): { id: string; version: number }[] =>
  findReportType(id).insights.map((name) => ({ id: name, version: findInsight(name).version }));
