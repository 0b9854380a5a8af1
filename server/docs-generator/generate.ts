// `npm run docs` writes the pages that follow from the code; `--check` says which are out of step.
import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { insightsPage } from './insights-page';
import { settingsPage } from './settings-page';

const repository = join(__dirname, '..', '..');
const pages = { 'docs/insights.md': insightsPage, 'docs/settings.md': settingsPage };

async function main(words: readonly string[]): Promise<number> {
  if (words.some((word) => word !== '--check')) {
    process.stderr.write('The one option is --check.\n');
    return 2;
  }
  const isCheck = words.includes('--check');
  let stale = 0;
  for (const [path, page] of Object.entries(pages)) {
    const file = join(repository, path);
    const text = await format(page(), { ...(await resolveConfig(file)), filepath: file });
    if (text === contentOf(file)) continue;
    stale += 1;
    const name = relative(repository, file);
    if (!isCheck) writeFileSync(file, text);
    const sentence = isCheck ? 'is out of step: run npm run docs' : 'is written';
    process.stdout.write(`${name} ${sentence}.\n`);
  }
  return isCheck && stale > 0 ? 1 : 0;
}

function contentOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

void main(process.argv.slice(2)).then((exitCode) => {
  process.exitCode = exitCode;
});
