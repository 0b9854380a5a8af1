import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const repository = join(__dirname, '..', '..');
const inRepository = (file: string): string => relative(repository, file);

const pages = [
  join(repository, 'README.md'),
  ...readdirSync(join(repository, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(repository, 'docs', name)),
];

/** Text that is read as prose: what stands in a fenced block is an example. */
const proseOf = (page: string): string =>
  readFileSync(page, 'utf8').replace(/^( *)(```|~~~)[\s\S]*?^\1\2$/gm, '');

/** As GitHub makes the anchor of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');

const anchorsOf = (page: string): string[] =>
  [...proseOf(page).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));

/** Targets of links and images, in Markdown or as HTML, that stay inside the repository. */
const relativeLinks = (page: string): string[] =>
  [...proseOf(page).matchAll(/\]\(([^)\s]+)(?: "[^"]*")?\)|(?:src|href)="([^"]+)"/g)]
    .map(([, markdown, html]) => markdown ?? html ?? '')
    .filter((target) => !/^[a-z][a-z+.-]*:/i.test(target));

/** What is wrong with a link; null where it leads somewhere. */
function problemOf(page: string, target: string): string | null {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? page : join(dirname(page), decodeURIComponent(path));
  if (!existsSync(file)) return `${target}: there is no ${inRepository(file)}`;
  if (anchor === undefined || statSync(file).isDirectory()) return null;
  return anchorsOf(file).includes(anchor) ? null : `${target}: no heading '${anchor}'`;
}

/** `npm start`, `npm run X` and `npm run X --workspace Y`. */
const npmCommand = /\bnpm (?:run ([\w:-]+)|(start|test)\b)(?: --workspace ([\w-]+))?/g;

function scriptsOf(workspace: string): string[] {
  const manifest = readFileSync(join(repository, workspace, 'package.json'), 'utf8');
  return Object.keys((JSON.parse(manifest) as { scripts: Record<string, string> }).scripts);
}

describe('the generated pages', () => {
  it('are in step with the code', () => {
    const generator = join(repository, 'server', 'docs-generator', 'generate.ts');
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [require.resolve('tsx/cli'), generator, '--check'],
      { cwd: repository, encoding: 'utf8' },
    );
    expect({ status, said: stdout + stderr }).toEqual({ status: 0, said: '' });
  });
});

describe.each(pages.map((page) => [inRepository(page), page]))('%s', (_, page) => {
  it('links to files and headings that are there', () => {
    const problems = relativeLinks(page).map((target) => problemOf(page, target));
    expect(problems.filter((problem) => problem !== null)).toEqual([]);
  });

  it('names only npm scripts that are there', () => {
    const text = readFileSync(page, 'utf8');
    const missing = [...text.matchAll(npmCommand)].flatMap(([command, run, short, workspace]) =>
      scriptsOf(workspace ?? '.').includes(run ?? short ?? '') ? [] : [command],
    );
    expect(missing).toEqual([]);
  });
});

it('every page is reached from the README', () => {
  const linked = relativeLinks(join(repository, 'README.md')).map((target) => target.split('#')[0]);
  const missing = pages.map(inRepository).filter((page) => page !== 'README.md');
  expect(missing.filter((page) => !linked.includes(page))).toEqual([]);
});
