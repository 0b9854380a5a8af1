// `npm test`: everything that can be checked on this machine, summed up in one last line.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { install, missingPackages, repository } from './packages.mjs';
import { Refusal, bold, run, step } from './steps.mjs';

const projects = ['server', 'plugin', 'dashboards'];
const choices = [...projects, 'go', 'lint'];
const npx = (...command) => ['npx', ['--no-install', ...command]];
const inWorkspace = (script, name) => ['npm', ['run', script, '--workspace', name]];

let passed = 0;
let failed = 0;
/** What failed, to be shown once all is done. */
const reports = [];
/** Titles of tests that need something this machine lacks. */
const skipped = [];

function report(title, output) {
  reports.push(`${bold(`── ${title}`)}\n${output.trimEnd()}\n`);
}

/** A program that passes or fails as a whole. */
async function check(title, [program, args], folder = repository) {
  await counted(title, async () => {
    const { code, output } = await run(program, args, { cwd: folder });
    if (code !== 0) report(title, output);
    return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  });
}

async function counted(title, work) {
  await step(title, async (detail) => {
    const result = await work(detail).catch((error) => {
      report(title, String(error?.stack ?? error));
      return { passed: 0, failed: 1 };
    });
    passed += result.passed;
    failed += result.failed;
    if (result.passed + result.failed > 1) detail(`${result.passed} passed`);
    if (result.failed > 0) throw new StepFailed();
  }).catch((error) => {
    if (!(error instanceof StepFailed)) throw error;
  });
}

/** Ends a step with a cross; the next ones run all the same. */
class StepFailed extends Error {}

async function jest(chosen) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'secret-insights-test-'));
  const outputFile = path.join(folder, 'jest.json');
  const program = path.join(repository, 'node_modules', 'jest', 'bin', 'jest.js');
  const args = [program, '--json', `--outputFile=${outputFile}`, '--projects', ...chosen];
  try {
    const { code, stderr } = await run(process.execPath, args, { cwd: repository });
    const result = JSON.parse(readFileSync(outputFile, 'utf8'));
    const crashed = result.numRuntimeErrorTestSuites;
    const failures = result.numFailedTests + crashed;
    if (code !== 0 || failures > 0) report('Tests in TypeScript', stderr);
    const tests = result.testResults.flatMap(({ assertionResults }) => assertionResults);
    const left = tests.filter(({ status }) => status !== 'passed' && status !== 'failed');
    skipped.push(...left.map(({ fullName }) => fullName));
    // Also where jest itself failed, for example before the first test.
    return { passed: result.numPassedTests, failed: failures || Number(code !== 0) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function goTest() {
  const { code, stdout, output } = await run('go', ['test', '-json', './...'], {
    cwd: path.join(repository, 'plugin'),
  });
  const events = stdout
    .split('\n')
    .flatMap((line) => (line.startsWith('{') ? JSON.parse(line) : []));
  const ended = (action) => events.filter((event) => event.Test && event.Action === action).length;
  const failures = ended('fail');
  if (code !== 0) {
    const text = events.map((event) => event.Output ?? '').join('');
    report('Tests in Go', text || output);
  }
  return { passed: ended('pass'), failed: failures || Number(code !== 0) };
}

function chosenPart() {
  let values;
  try {
    ({ values } = parseArgs({ options: { only: { type: 'string' } } }));
  } catch (error) {
    throw new Refusal(
      `${error.message.split('. ')[0]}. The one option is --only ${choices.join('|')}.`,
      2,
    );
  }
  if (values.only !== undefined && !choices.includes(values.only)) {
    throw new Refusal(`--only must be one of ${choices.join(', ')}, not '${values.only}'.`, 2);
  }
  return values.only;
}

async function main() {
  const only = chosenPart();
  const wants = (...parts) => only === undefined || parts.includes(only);
  const chosen = projects.filter((name) => wants(name));

  if (['.', ...projects].some((workspace) => missingPackages(workspace).length > 0)) {
    await step('Installing what the tests need (once)', () =>
      install([], { PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1' }),
    );
  }
  if (wants('lint')) {
    await check('Lint', npx('eslint', '.'));
    await check('Format', npx('prettier', '--check', '--log-level', 'warn', '.'));
  }
  for (const name of chosen) await check(`Types of ${name}`, inWorkspace('typecheck', name));
  if (wants('plugin')) await check('Build of the plugin', inWorkspace('build', 'plugin'));
  if (chosen.length > 0) {
    await counted(`Tests in TypeScript (${chosen.join(', ')})`, () => jest(chosen));
  }
  if (wants('go')) await go();

  for (const text of reports) console.log(`\n${text}`);
  if (skipped.length > 0) console.log(`\n${bold('── Skipped')}\n${skipped.join('\n')}`);
  console.log(`\n${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

async function go() {
  const { code } = await run('go', ['version']);
  if (code !== 0) {
    console.log('Go was not found, so the tests of the bridge were left out: https://go.dev/dl');
    return;
  }
  await check('Go vet', ['go', ['vet', './...']], path.join(repository, 'plugin'));
  await counted('Tests in Go', goTest);
}

main().catch((error) => {
  console.error(error instanceof Refusal ? error.message : error);
  process.exitCode = error.exitCode ?? 1;
  if (process.exitCode !== 2) console.log(`\n${passed} passed, ${failed + 1} failed`);
});
