import { join, resolve } from 'node:path';
import { badParameter } from '../failure';
import { environmentOf } from './environment';
import type { ReadVariable } from './environment';
import { limits } from './limits';
import { reports, smtp } from './report-settings';
import { retention } from './retention-settings';
import {
  clickhouse,
  client,
  fileVariable,
  general,
  grafanaRoles,
  groups,
  sources,
} from './settings';
import type { Setting } from './setting';
import { usage } from './usage-settings';
import { readYamlFile } from './yaml-file';

export { settings } from './settings';

type Values<G> = { [K in keyof G]: G[K] extends Setting<infer T> ? T : never };
type Group = Readonly<Record<string, Setting<unknown>>>;

export type GrafanaRoles = Values<typeof grafanaRoles>;
export type Limits = Values<typeof limits>;
export type SmtpSettings = Values<typeof smtp>;
export type ReportSettings = Values<typeof reports>;

/** Everything that was set, checked, in one object. */
export interface Config extends Omit<Values<typeof general>, 'data'> {
  paths: Paths;
  clickhouse: Values<typeof clickhouse>;
  limits: Limits;
  grafanaRoles: GrafanaRoles;
  sources: Values<typeof sources>;
  retention: Values<typeof retention>;
  usage: Values<typeof usage>;
  smtp: SmtpSettings;
  reports: ReportSettings;
  /** For the command line: which server it talks to. */
  client: Values<typeof client>;
}

export interface Paths {
  data: string;
  /** Of the embedded engine. */
  store: string;
  /** Bodies of events on their way into the store. */
  spool: string;
  adminToken: string;
  grafanaToken: string;
  /** Files of reports, and what schedules remember of them. */
  reports: string;
  linkKey: string;
}

/**
 * The only reader of the environment and of secret-insights.yaml. What is in the environment wins.
 * @throws Failure naming the setting and what is allowed.
 */
export function loadConfig(
  env: NodeJS.ProcessEnv = process.env,
  folder: string = process.cwd(),
): Config {
  const variable = environmentOf(env);
  const chosenFile = variable(fileVariable);
  const known = Object.values(groups).flatMap((group) => Object.values<Setting<unknown>>(group));
  const file = readYamlFile(
    resolve(folder, chosenFile ?? 'secret-insights.yaml'),
    chosenFile !== undefined,
    known,
    variable,
  );
  const { data, ...rest } = valuesOf(general, variable, file);
  return {
    ...rest,
    paths: pathsIn(resolve(folder, data)),
    client: valuesOf(client, variable, file),
    clickhouse: valuesOf(clickhouse, variable, file),
    limits: valuesOf(limits, variable, file),
    grafanaRoles: valuesOf(grafanaRoles, variable, file),
    sources: valuesOf(sources, variable, file),
    retention: valuesOf(retention, variable, file),
    usage: valuesOf(usage, variable, file),
    smtp: valuesOf(smtp, variable, file),
    reports: valuesOf(reports, variable, file),
  };
}

const pathsIn = (data: string): Paths => ({
  data,
  store: join(data, 'store'),
  spool: join(data, 'spool'),
  adminToken: join(data, 'admin-token'),
  grafanaToken: join(data, 'grafana-token'),
  reports: join(data, 'reports'),
  linkKey: join(data, 'link-key'),
});

function valuesOf<G extends Group>(
  group: G,
  variable: ReadVariable,
  file: Map<string, unknown>,
): Values<G> {
  const entries = Object.entries(group).map(([key, setting]) => [
    key,
    valueOf(setting, variable, file),
  ]);
  return Object.fromEntries(entries) as Values<G>;
}

function valueOf(
  setting: Setting<unknown>,
  variable: ReadVariable,
  file: Map<string, unknown>,
): unknown {
  const fromEnvironment = setting.env === null ? undefined : variable(setting.env);
  const given = fromEnvironment ?? file.get(setting.yaml);
  if (given === undefined) return setting.preset;
  const parsed = setting.schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const name = fromEnvironment === undefined ? setting.yaml : (setting.env ?? setting.yaml);
  const [issue] = parsed.error.issues;
  if (setting.explains && issue && issue.path.length > 0) {
    throw badParameter(name, `${name}${placeOf(issue.path)} ${issue.message}.`);
  }
  throw badParameter(name, `${name} must be ${setting.allowed}${shown(setting, given)}.`);
}

/** `[0].rules[2].name` */
const placeOf = (path: readonly PropertyKey[]): string =>
  path.map((each) => (typeof each === 'number' ? `[${each}]` : `.${String(each)}`)).join('');

/** An address that is refused for the password in it must not be repeated, no more than a secret. */
function shown({ isSecret }: Setting<unknown>, given: unknown): string {
  const text = typeof given === 'object' ? '' : JSON.stringify(given);
  return isSecret || text === '' || text.includes('@') ? '' : `, not ${text}`;
}
