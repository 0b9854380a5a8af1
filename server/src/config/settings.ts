import { z } from 'zod';
import { address, bind, choice, choices, flag, password, text, texts, token } from './setting';
import { akeylessSources } from './akeyless-source';
import { infisicalSources } from './infisical-source';
import { limits } from './limits';
import { reports, smtp } from './report-settings';
import { retention } from './retention-settings';
import type { Setting } from './setting';
import { usage } from './usage-settings';

export const general = {
  bind: bind(
    {
      env: 'SECRET_INSIGHTS_BIND',
      yaml: 'bind',
      description:
        'Address and port the server listens on. Put TLS in front of it before others can reach it.',
    },
    { host: '127.0.0.1', port: 8085 },
  ),
  data: text(
    {
      env: 'SECRET_INSIGHTS_DATA',
      yaml: 'data',
      description:
        'Folder for the embedded store, bodies on their way into it, and the tokens of the first start.',
    },
    './data',
    'a folder',
  ),
  adminToken: token({
    env: 'SECRET_INSIGHTS_ADMIN_TOKEN',
    yaml: 'admin_token',
    description:
      'Token with every right but to speak for Grafana. Without it the first start writes one into the data folder.',
  }),
  grafanaToken: token({
    env: 'SECRET_INSIGHTS_GRAFANA_TOKEN',
    yaml: 'grafana_token',
    description:
      'Token of the Grafana data source. Without it the first start writes one into the data folder.',
  }),
  publicUrl: address({
    env: 'SECRET_INSIGHTS_PUBLIC_URL',
    yaml: 'publicUrl',
    description: 'Address under which people reach this server, for links in mails.',
  }),
  advertisedUrl: address({
    env: 'SECRET_INSIGHTS_ADVERTISED_URL',
    yaml: 'advertised_url',
    description:
      'Address under which other servers of the same database reach this one; needed where there are several.',
  }),
  grafanaUrl: address({
    env: 'SECRET_INSIGHTS_GRAFANA_URL',
    yaml: 'grafanaUrl',
    description: 'Address under which people reach Grafana, for links to dashboards.',
  }),
  collectorIdentities: texts({
    env: 'SECRET_INSIGHTS_COLLECTOR_IDENTITIES',
    yaml: 'collector_identities',
    description:
      'Ids of identities that only collect for this server; their reads are left out of every figure.',
  }),
  logLevel: choice(
    {
      env: 'SECRET_INSIGHTS_LOG_LEVEL',
      yaml: 'log_level',
      description: 'How much is logged to stderr, as JSON lines.',
    },
    ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
    'info',
  ),
  demo: flag(
    {
      env: 'SECRET_INSIGHTS_DEMO',
      yaml: 'demo',
      description: 'Whether a made-up organisation is loaded while the store is empty.',
    },
    false,
  ),
};

export const client = {
  url: address({
    env: 'SECRET_INSIGHTS_URL',
    yaml: 'client.url',
    description: 'Server that the command line talks to; the local one when not set.',
  }),
  token: token({
    env: 'SECRET_INSIGHTS_TOKEN',
    yaml: 'client.token',
    description: 'Token that the command line shows to the server at SECRET_INSIGHTS_URL.',
  }),
};

export const clickhouse = {
  url: address({
    env: 'CLICKHOUSE_URL',
    yaml: 'clickhouse.url',
    description:
      'A ClickHouse server, 25.4 or newer, to keep the events in. Without it they are kept in the data folder, in this process.',
  }),
  user: text(
    {
      env: 'CLICKHOUSE_USER',
      yaml: 'clickhouse.user',
      description: 'User at the ClickHouse server.',
    },
    'default',
  ),
  password: password({
    env: 'CLICKHOUSE_PASSWORD',
    yaml: 'clickhouse.password',
    description: 'Password of that user.',
  }),
  cluster: {
    ...text(
      {
        env: 'CLICKHOUSE_CLUSTER',
        yaml: 'clickhouse.cluster',
        description:
          'Name of the cluster that our tables are spread over, as in system.clusters. Not for ClickHouse Cloud, which spreads them itself.',
      },
      '(not set)',
      'a name of letters, digits and underscores',
    ),
    preset: null,
    schema: z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/)
      .nullable(),
  } satisfies Setting<string | null> as Setting<string | null>,
  database: {
    ...text(
      {
        env: 'CLICKHOUSE_DATABASE',
        yaml: 'clickhouse.database',
        description: 'Database of the tables of this server.',
      },
      'secret_insights',
      'a name of letters, digits and underscores that begins with no digit',
    ),
    schema: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/),
  },
};

/** `ingest`, `admin` and `speaks-for-grafana` are missing on purpose: no role of Grafana can have them. */
export const grafanaCapabilities = [
  'insights',
  'audit',
  'usage',
  'reports',
  'reports:manage',
] as const;
type GrafanaCapability = (typeof grafanaCapabilities)[number];

const role = (name: 'viewer' | 'editor' | 'admin', preset: GrafanaCapability[]) =>
  choices(
    {
      env: `SECRET_INSIGHTS_GRAFANA_${name.toUpperCase()}`,
      yaml: `grafana.roles.${name}`,
      description: `Rights that Grafana's role ${name} has, as far as the token has them too.`,
    },
    grafanaCapabilities,
    preset,
  );

export const grafanaRoles = {
  Viewer: role('viewer', ['insights', 'usage']),
  Editor: role('editor', ['insights', 'usage', 'audit', 'reports']),
  Admin: role('admin', ['insights', 'usage', 'audit', 'reports', 'reports:manage']),
};

export const sources = {
  infisical: infisicalSources,
  akeyless: akeylessSources,
};

export const groups = {
  general,
  client,
  clickhouse,
  limits,
  grafanaRoles,
  sources,
  retention,
  usage,
  smtp,
  reports,
};

/** Names the file itself, so it cannot stand in it. */
export const fileVariable = 'SECRET_INSIGHTS_CONFIG';

export interface SettingDescription {
  env: string | null;
  yaml: string | null;
  default: string;
  description: string;
}

/** Everything that can be set, for the documentation. */
export const settings: readonly SettingDescription[] = [
  {
    env: fileVariable,
    yaml: null,
    default: './secret-insights.yaml, where it exists',
    description: 'File with settings. What is in the environment wins over it.',
  },
  ...Object.values(groups).flatMap((group) =>
    Object.values<Setting<unknown>>(group).map(({ env, yaml, default: preset, description }) => ({
      env,
      yaml,
      default: preset,
      description,
    })),
  ),
];
