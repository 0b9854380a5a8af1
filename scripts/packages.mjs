// Which packages of the workspaces are installed, and how to install what is missing.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { mustRun } from './steps.mjs';

export const repository = fileURLToPath(new URL('..', import.meta.url));

const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));

/** Packages that package.json of a workspace names and that are absent or of another version. */
export function missingPackages(workspace, kinds = ['dependencies', 'devDependencies']) {
  const manifest = readJson(path.join(repository, workspace, 'package.json'));
  const wanted = kinds.flatMap((kind) => Object.entries(manifest[kind] ?? {}));
  return wanted
    .filter(([name, version]) => installedVersion(workspace, name) !== version)
    .map(([name]) => name);
}

/** npm puts a package next to the workspace only where another version stands at the top. */
function installedVersion(workspace, name) {
  const file = [workspace, '.']
    .map((folder) => path.join(repository, folder, 'node_modules', name, 'package.json'))
    .find((candidate) => existsSync(candidate));
  // One package writes its own version with a v.
  return file && readJson(file).version.replace(/^v/, '');
}

/**
 * Not `npm ci`: it removes what is there, and it refuses a lock file that was written where a foreign
 * platform's binaries could not be seen. The versions are those of the lock file all the same.
 */
export async function install(flags, environment = {}) {
  const args = ['install', '--no-save', '--no-audit', '--no-fund', ...flags];
  const npm = process.env.npm_execpath;
  const [program, all] = npm ? [process.execPath, [npm, ...args]] : ['npm', args];
  await mustRun('Installing the packages', program, all, {
    cwd: repository,
    env: { ...process.env, ...environment },
  });
}
