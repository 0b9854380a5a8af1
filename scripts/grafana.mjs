// `npm run grafana`: a locally installed Grafana with the plugin, the data source, the dashboards and
// the alert rule, as `docker compose up` gives them. GRAFANA_HOME says where Grafana was unpacked.
import { spawn, spawnSync } from 'node:child_process';
import {
  accessSync,
  constants,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const pluginId = 'secret-insights-datasource';
const repository = fileURLToPath(new URL('..', import.meta.url));
const serverData = path.resolve(repository, process.env.SECRET_INSIGHTS_DATA ?? 'data');
const grafanaData = path.join(repository, 'data', 'grafana');
const pluginDist = path.join(repository, 'plugin', 'dist');
const tokenFile = path.join(serverData, 'grafana-token');

/** Where an alert goes that nobody asked to have delivered: the discard port of this machine. */
const nowhere = 'http://127.0.0.1:9/';

/** Without it Grafana refuses what the dashboards' buttons send, to itself included. */
const buttonsMayCall =
  '/api/datasources/uid/*/resources/reports*,/api/datasources/uid/*/resources/schedules*';

class Refusal extends Error {}

function grafanaProgram(home) {
  if (!home) {
    throw new Refusal(
      'GRAFANA_HOME is not set: point it at the folder of an unpacked Grafana 11.6 or newer, the one that holds bin/grafana and conf/defaults.ini.',
    );
  }
  const program = path.join(home, 'bin', 'grafana');
  try {
    accessSync(program, constants.X_OK);
    accessSync(path.join(home, 'conf', 'defaults.ini'));
  } catch {
    throw new Refusal(
      `GRAFANA_HOME is ${home}, where no Grafana was found: the folder must hold bin/grafana and conf/defaults.ini.`,
    );
  }
  return program;
}

function portFrom(text) {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new Refusal(`GRAFANA_PORT is ${text}: give a whole number from 1 to 65535.`);
  }
  return port;
}

function grafanaToken() {
  if (process.env.SECRET_INSIGHTS_GRAFANA_TOKEN) return process.env.SECRET_INSIGHTS_GRAFANA_TOKEN;
  if (!existsSync(tokenFile)) {
    throw new Refusal(
      `There is no token for Grafana in ${tokenFile}: run \`npm start\` once, which writes it, or set SECRET_INSIGHTS_GRAFANA_TOKEN.`,
    );
  }
  return readFileSync(tokenFile, 'utf8').trim();
}

/** The name Grafana starts the bridge by on this machine. */
const bridge = `gpx_secret_insights_${process.platform}_${process.arch === 'x64' ? 'amd64' : process.arch}`;

const isBuilt = () =>
  ['plugin.json', 'module.js', bridge].every((file) => existsSync(path.join(pluginDist, file)));

function buildPluginIfAbsent() {
  if (isBuilt()) return;
  console.log('Building the plugin, which happens once …');
  const build = spawnSync('npm', ['run', 'build', '--workspace', 'plugin'], {
    cwd: repository,
    stdio: 'inherit',
  });
  if (build.status !== 0 || !isBuilt()) {
    throw new Refusal(
      'The plugin could not be built here: the lines above say why. It needs `npm install` and Go; docker compose needs neither.',
    );
  }
}

/** Grafana looks for plugins in one folder; a link makes a new build count at the next start. */
function linkPlugin() {
  const plugins = path.join(grafanaData, 'plugins');
  mkdirSync(plugins, { recursive: true });
  const link = path.join(plugins, pluginId);
  rmSync(link, { force: true });
  symlinkSync(pluginDist, link, 'dir');
  return plugins;
}

/** The repository's provisioning, with the channels for alerts whose variable is set. */
function provisioning() {
  const folder = path.join(grafanaData, 'provisioning');
  rmSync(folder, { recursive: true, force: true });
  cpSync(path.join(repository, 'provisioning'), folder, { recursive: true });
  const channels = path.join(repository, 'dashboards', 'alerting');
  const on = readdirSync(channels).filter((file) => {
    const [, needed] = /^# Needs (\w+)/.exec(readFileSync(path.join(channels, file), 'utf8')) ?? [];
    return Boolean(process.env[needed]);
  });
  for (const file of on)
    copyFileSync(path.join(channels, file), path.join(folder, 'alerting', file));
  if (on.length > 0) rmSync(path.join(folder, 'alerting', 'contact-points.yaml'));
  return { folder, channels: on.map((file) => path.basename(file, '.yaml')) };
}

async function untilReady(address, stillRunning) {
  while (stillRunning()) {
    const answer = await fetch(`${address}/api/health`).catch(() => undefined);
    if (answer?.ok) return true;
    await pause(300);
  }
  return false;
}

async function main() {
  const home = process.env.GRAFANA_HOME;
  const program = grafanaProgram(home);
  const port = portFrom(process.env.GRAFANA_PORT ?? '3000');
  const token = grafanaToken();
  const server = process.env.SECRET_INSIGHTS_URL ?? 'http://127.0.0.1:8085';
  const webhook = process.env.SECRET_INSIGHTS_ALERT_WEBHOOK;
  buildPluginIfAbsent();

  const provisioned = provisioning();

  const address = `http://127.0.0.1:${port}`;
  const grafana = spawn(program, ['server', '--homepath', path.resolve(home)], {
    cwd: path.resolve(home),
    stdio: 'inherit',
    env: {
      ...process.env,
      SECRET_INSIGHTS_URL: server,
      SECRET_INSIGHTS_GRAFANA_TOKEN: token,
      SECRET_INSIGHTS_DASHBOARDS: path.join(repository, 'dashboards', 'json'),
      SECRET_INSIGHTS_ALERT_WEBHOOK: webhook ?? nowhere,
      GF_PATHS_DATA: grafanaData,
      GF_PATHS_LOGS: path.join(grafanaData, 'log'),
      GF_PATHS_PLUGINS: linkPlugin(),
      GF_PATHS_PROVISIONING: provisioned.folder,
      GF_SERVER_HTTP_ADDR: '127.0.0.1',
      GF_SERVER_HTTP_PORT: String(port),
      GF_SERVER_ROOT_URL: address,
      GF_PLUGINS_ALLOW_LOADING_UNSIGNED_PLUGINS: pluginId,
      GF_PLUGINS_PREINSTALL_DISABLED: 'true',
      GF_PLUGINS_PUBLIC_KEY_RETRIEVAL_DISABLED: 'true',
      GF_SECURITY_ACTIONS_ALLOW_POST_URL: buttonsMayCall,
      GF_ANALYTICS_REPORTING_ENABLED: 'false',
      GF_ANALYTICS_CHECK_FOR_UPDATES: 'false',
      GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: 'false',
      GF_NEWS_NEWS_FEED_ENABLED: 'false',
      GF_LOG_LEVEL: process.env.GF_LOG_LEVEL ?? 'warn',
    },
  });

  // Ctrl-C reaches Grafana by itself (same terminal); this process only waits for it to end.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => grafana.kill('SIGTERM'));
  let running = true;
  const ended = new Promise((resolve) => {
    grafana.on('error', (error) => {
      running = false;
      console.error(`Grafana could not be started: ${error.message}.`);
      resolve(1);
    });
    grafana.on('exit', (code, signal) => {
      running = false;
      resolve(signal === 'SIGINT' || signal === 'SIGTERM' ? 0 : (code ?? 1));
    });
  });

  if (await untilReady(address, () => running)) {
    console.log(`
Grafana    ${address}   (admin / admin at the first visit)
Dashboard  ${address}/d/secret-insights-access
Server     ${server}
${provisioned.channels.length > 0 ? `Alerts go by ${provisioned.channels.join(', ')}` : 'Alerts fire in Grafana only; SECRET_INSIGHTS_ALERT_WEBHOOK would have them delivered.'}
Ctrl-C stops Grafana.
`);
  }
  process.exitCode = await ended;
}

main().catch((error) => {
  if (!(error instanceof Refusal)) throw error;
  console.error(error.message);
  process.exitCode = 1;
});
