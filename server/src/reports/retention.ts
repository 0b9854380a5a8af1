import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReportFolder } from './report-folder';
import { isOver } from './run';
import type { RunBook } from './run-book';

const day = 86_400_000;

/** Removes files whose time is over, and what a deletion that was interrupted left. */
export async function removeOldFiles(
  book: RunBook,
  folder: ReportFolder,
  { keepDays, now }: { keepDays: number; now: number },
): Promise<void> {
  await mkdir(folder.runs, { recursive: true, mode: 0o700 });
  for (const id of await readdir(folder.runs)) {
    const run = book.find(id);
    const isOld = run?.finished_at != null && Date.parse(run.finished_at) < now - keepDays * day;
    const waits = run?.recipients.some(({ state }) => state === 'queued' || state === 'sending');
    if (run && (!isOver(run) || !isOld || waits)) continue;
    await rm(join(folder.runs, id), { recursive: true, force: true });
  }
}
