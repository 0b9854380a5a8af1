// `npm start`: from a fresh clone to a running server with something to look at.
import {
  existsSync,
  readdirSync,
  statSync,
  symlinkSync,
  chmodSync,
  mkdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import util from 'node:util';

const usage = `Usage: npm start [-- options]

Starts Secret Insights with everything it needs in this folder: installs the server's packages and
builds it where that was not done yet, and keeps its data in ./data, in the embedded ClickHouse.
While the store is empty, a made-up organisation is loaded, so that there is something to see.

Options:
  --no-demo   leave an empty store empty
  --reset     clear the made-up events first; refused where the store holds any other event
  --port N    listen on this port of 127.0.0.1 instead of 8085
  --help      show this

CLICKHOUSE_URL keeps the data in a ClickHouse server instead. Ctrl-C stops.`;

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `Secret Insights needs Node 20.19 or newer, and this is ${process.versions.node}: install a newer one, or use docker compose up.`,
  );
  process.exit(1);
}

// Imported only now: an older Node could not even read them.
const { Refusal, mustRun, step } = await import('./steps.mjs');
const { install, missingPackages, repository } = await import('./packages.mjs');
const at = (...parts) => path.join(repository, ...parts);

function options() {
  const flag = { type: 'boolean', default: false };
  const known = { 'no-demo': flag, reset: flag, help: flag, port: { type: 'string' } };
  let values;
  try {
    ({ values } = util.parseArgs({ options: known }));
  } catch (error) {
    throw new Refusal(`${error.message.split('. ')[0]}. See npm start -- --help.`, 2);
  }
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port >= 1 && port <= 65_535)) {
    throw new Refusal(`--port must be a whole number from 1 to 65535, not '${values.port}'.`, 2);
  }
  return { demo: !values['no-demo'], reset: values.reset, help: values.help, port };
}

const usesServer = Boolean(process.env.CLICKHOUSE_URL || process.env.CLICKHOUSE_URL_FILE);

/** The platforms that the embedded ClickHouse is built for. */
function checkPlatform() {
  if (usesServer) return;
  const { platform, arch } = process;
  const isMusl = platform === 'linux' && !process.report.getReport().header.glibcVersionRuntime;
  const isKnown = ['linux', 'darwin'].includes(platform) && ['x64', 'arm64'].includes(arch);
  if (isKnown && !isMusl) return;
  throw new Refusal(
    `The embedded ClickHouse has no build for ${platform}-${arch}${isMusl ? ' with musl' : ''}: use docker compose up, or set CLICKHOUSE_URL to a ClickHouse server.`,
  );
}

async function installServer() {
  const kinds = [
    'dependencies',
    'devDependencies',
    ...(usesServer ? [] : ['optionalDependencies']),
  ];
  const isComplete = () =>
    missingPackages('server', kinds).length === 0 && (usesServer || hasEngine());
  if (isComplete()) return;
  await step('Installing what the server needs (once, about 600 MB)', async () => {
    await install(['--workspace', 'server']);
    if (isComplete()) return;
    const missing = missingPackages('server', kinds).join(', ') || 'the embedded ClickHouse';
    throw new Refusal(
      `npm ended well, and yet ${missing} is missing: use docker compose up instead.`,
    );
  });
}

/** The engine's binary is a package of its own for each platform. */
function hasEngine() {
  const suffix = process.platform === 'linux' ? '-gnu' : '';
  return existsSync(
    at('node_modules', '@chdb', `lib-${process.platform}-${process.arch}${suffix}`),
  );
}

const builtMark = at('server', 'dist', '.built');

function isBuilt() {
  if (!existsSync(builtMark)) return false;
  const builtAt = statSync(builtMark).mtimeMs;
  const sources = readdirSync(at('server', 'src'), { recursive: true })
    .filter((name) => !name.endsWith('.test.ts'))
    .map((name) => at('server', 'src', name));
  const settings = [
    at('server', 'package.json'),
    at('server', 'tsconfig.build.json'),
    at('tsconfig.base.json'),
  ];
  return [...sources, ...settings].every((file) => statSync(file).mtimeMs <= builtAt);
}

async function build() {
  if (isBuilt()) return;
  await step('Building the server', async () => {
    const startedAt = new Date();
    // Relative to the file that names it, as Node itself would.
    const compiler = createRequire(at('server', 'package.json')).resolve('typescript/bin/tsc');
    await mustRun('Building the server', process.execPath, [
      compiler,
      '-p',
      at('server', 'tsconfig.build.json'),
    ]);
    linkCommand();
    writeFileSync(builtMark, `${startedAt.toISOString()}\n`);
  });
}

/** npm links a workspace's commands while it installs, which is before this one exists. */
function linkCommand() {
  const program = at('server', 'dist', 'cli', 'main.js');
  const link = at('node_modules', '.bin', 'secret-insights');
  chmodSync(program, 0o755);
  mkdirSync(path.dirname(link), { recursive: true });
  rmSync(link, { force: true });
  symlinkSync(path.relative(path.dirname(link), program), link);
}

async function main() {
  const { help, port, demo, reset } = options();
  if (help) return console.log(usage);
  checkPlatform();
  process.chdir(repository);
  await installServer();
  await build();
  const { quickStart } = createRequire(import.meta.url)('../server/dist/cli/quick-start.js');
  await quickStart({ port, demo, reset, step });
}

main().catch((error) => {
  const isForPeople = error instanceof Refusal || error?.name === 'Failure';
  console.error(isForPeople ? error.message : error);
  process.exitCode = error?.exitCode ?? 1;
});
