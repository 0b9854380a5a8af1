import { groups } from '../src/config/settings';
import type { Setting } from '../src/config/setting';
import { code, generatedFrom, table } from './markdown';

/** Headings of groups whose own name does not say enough. */
const titles: Readonly<Record<string, string>> = {
  general: 'Server',
  client: 'Command line',
  clickhouse: 'ClickHouse',
  grafanaRoles: "Rights of Grafana's roles",
  sources: 'Connections',
};

const titleOf = (group: string): string =>
  titles[group] ?? group.charAt(0).toUpperCase() + group.slice(1);

export function settingsPage(): string {
  return [
    generatedFrom('server/src/config'),
    '# Settings',
    introduction,
    '```yaml\n' + example + '```',
    ...Object.entries(groups).flatMap(([group, settings]) => [
      `## ${titleOf(group)}`,
      settingTable(Object.values<Setting<unknown>>(settings)),
    ]),
  ].join('\n\n');
}

const introduction = [
  'A setting is an environment variable, or an entry of `secret-insights.yaml` in the folder the server starts in (`SECRET_INSIGHTS_CONFIG` names another file). The environment wins.',
  'Every variable can also be given as a file: `CLICKHOUSE_PASSWORD_FILE=/run/secrets/password`. Empty counts as not set.',
  'In the file, `${NAME}` takes a variable, or the file that `NAME_FILE` names. Tokens and passwords may only be written that way.',
  'Lists are separated by commas in a variable and are YAML lists in the file. A name that is not known, or a value that is not allowed, stops the start with a sentence that names it.',
].join('\n\n');

const example = `bind: 127.0.0.1:8085
collector_identities: [7c2a1f60-0000-4000-8000-000000000001]
limits:
  raw_retention_days: 400
clickhouse:
  url: http://clickhouse:8123
  user: secret_insights
  password: \${CLICKHOUSE_PASSWORD}
sources:
  infisical:
    - name: infisical
      audit_logs: { database: infisical, table: audit_logs }
`;

const settingTable = (settings: readonly Setting<unknown>[]): string =>
  table(
    ['Variable', 'In the file', 'Default', 'What it does', 'Must be'],
    settings.map(({ env, yaml, default: preset, description, allowed }) => [
      env === null ? 'only in the file' : code(env),
      code(yaml),
      preset.startsWith('(') ? preset.slice(1, -1) : code(preset),
      description,
      allowed,
    ]),
  );
