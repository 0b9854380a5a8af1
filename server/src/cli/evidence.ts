import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../failure';
import { parseManifest, sha256 } from '../reports/manifest';
import type { Manifest } from '../reports/manifest';
import { sha256OfFile } from '../reports/verify';

interface Evidence {
  folder: string;
  manifest: Manifest;
  sha256: string;
}

/**
 * Checks what `report download` fetched, without a server: each file against its manifest, and each
 * manifest against the one before it where both are there.
 * @throws Failure that lists what is not as it was made.
 */
export async function verifyFolder(folder: string, say: (line: string) => void): Promise<void> {
  const found = await findEvidence(folder);
  if (found.length === 0) {
    throw new Failure('unknown', `There is no manifest.json in ${folder} or the folders in it.`);
  }
  const problems: string[] = [];
  for (const [index, evidence] of found.entries()) {
    const wrong = [...(await fileProblems(evidence)), ...chainProblems(evidence, found[index - 1])];
    problems.push(...wrong);
    const { manifest, sha256: digest } = evidence;
    say(
      `Number ${manifest.sequence}, run ${manifest.run}: ${wrong.length === 0 ? 'intact' : 'broken'}, manifest SHA-256 ${digest}`,
    );
  }
  if (problems.length > 0) {
    throw new Failure('conflict', ['The evidence is not as it was made.', ...problems].join('\n'));
  }
}

async function findEvidence(root: string): Promise<Evidence[]> {
  const inside = await readdir(root, { withFileTypes: true });
  const folders = [
    root,
    ...inside.filter((each) => each.isDirectory()).map(({ name }) => join(root, name)),
  ].filter((folder) => existsSync(join(folder, 'manifest.json')));
  const found = await Promise.all(
    folders.map(async (folder) => {
      const text = await readFile(join(folder, 'manifest.json'), 'utf8');
      const manifest = parseManifest(text);
      if (!manifest) {
        throw new Failure(
          'conflict',
          `${join(folder, 'manifest.json')} is no manifest of a report.`,
        );
      }
      return { folder, manifest, sha256: sha256(text) };
    }),
  );
  return found.sort((a, b) => a.manifest.sequence - b.manifest.sequence);
}

async function fileProblems({ folder, manifest }: Evidence): Promise<string[]> {
  const problems: string[] = [];
  for (const { file } of manifest.reports) {
    if (!file) continue;
    const path = join(folder, file.file);
    if (!existsSync(path)) problems.push(`${path} is missing.`);
    else if ((await sha256OfFile(path)) !== file.sha256) {
      problems.push(`${path} is not the file that was made.`);
    }
  }
  return problems;
}

/** Only neighbours can vouch for each other; a gap is no problem of what is there. */
function chainProblems({ manifest }: Evidence, before: Evidence | undefined): string[] {
  const isNext = before?.manifest.sequence === manifest.sequence - 1;
  return isNext && before.sha256 !== manifest.previous_sha256
    ? [`Number ${manifest.sequence} does not follow from number ${before.manifest.sequence}.`]
    : [];
}
