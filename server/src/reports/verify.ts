import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { parseManifest, sha256 } from './manifest';
import type { ManifestEntry } from './manifest';
import type { ReportFolder } from './report-folder';

export interface CheckedFile {
  file: string;
  sha256: string;
  /** expired: its bytes were kept for their time and are gone; the hash still stands. */
  state: 'intact' | 'changed' | 'expired';
}

export interface CheckedEntry {
  sequence: number;
  run: string;
  sha256: string;
  state: 'intact' | 'deleted' | 'broken';
  /** Empty unless the state is broken. */
  problems: string[];
  deleted: { at: string; by: string } | null;
  files: CheckedFile[];
}

export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** Checks every link of the chain, and every file that is still kept against its manifest. */
export async function verifyChain(
  entries: readonly ManifestEntry[],
  folder: ReportFolder,
): Promise<CheckedEntry[]> {
  const checked: CheckedEntry[] = [];
  let before: ManifestEntry | null = null;
  for (const entry of entries) {
    const files = await checkFiles(entry, folder);
    const problems = [
      ...chainProblems(entry, before),
      ...textProblems(entry),
      ...files
        .filter(({ state }) => state === 'changed')
        .map(({ file }) => `${file} is not the file that was made.`),
    ];
    const state = problems.length > 0 ? 'broken' : entry.deleted ? 'deleted' : 'intact';
    const { sequence, run, sha256: digest, deleted } = entry;
    checked.push({ sequence, run, sha256: digest, state, problems, deleted, files });
    before = entry;
  }
  return checked;
}

function chainProblems(entry: ManifestEntry, before: ManifestEntry | null): string[] {
  const expected = (before?.sequence ?? 0) + 1;
  if (entry.sequence !== expected) return [`Number ${expected} is missing before it.`];
  return entry.previous_sha256 === (before?.sha256 ?? null)
    ? []
    : ['It does not follow from the manifest before it.'];
}

/** The text is what was hashed, and says itself where it stands. */
function textProblems(entry: ManifestEntry): string[] {
  if (entry.text === null) return entry.deleted ? [] : ['Its manifest is missing.'];
  const manifest = parseManifest(entry.text);
  const agrees =
    sha256(entry.text) === entry.sha256 &&
    manifest?.sequence === entry.sequence &&
    manifest.previous_sha256 === entry.previous_sha256 &&
    manifest.run === entry.run;
  return agrees ? [] : ['Its manifest was changed.'];
}

async function checkFiles(
  { run, text }: ManifestEntry,
  folder: ReportFolder,
): Promise<CheckedFile[]> {
  const manifest = text === null ? null : parseManifest(text);
  const made = manifest?.reports.flatMap(({ file }) => (file ? [file] : [])) ?? [];
  return Promise.all(
    made.map(async ({ file, sha256: wanted }): Promise<CheckedFile> => {
      const path = folder.file(run, file);
      if (!existsSync(path)) return { file, sha256: wanted, state: 'expired' };
      const state = (await sha256OfFile(path)) === wanted ? 'intact' : 'changed';
      return { file, sha256: wanted, state };
    }),
  );
}
