import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Insights } from '../src/insights/insights';
import { Closer } from '../src/store/rollups/closer';
import { compareAnswers, timeOthers } from './answers';
import { insightsOn, roomy, withStore } from './bench-store';
import { fill } from './events';
import type { Workload } from './events';
import { measureExport, measurePages } from './events-pages';
import type { ExportFigures, PageTime } from './events-pages';
import { measureIngest } from './ingest';
import { measureDisk } from './disk';
import { printTable, progress } from './report';

const help = `npm run bench -- [--events 5000000] [--days 400] [--ingest 500000] [--pages] [--json FILE] [--keep]

Fills an embedded store with made-up events of Infisical's shape (a tenth of them delivered twice),
closes their days, and prints
  ingest    events a second through the HTTP door, bodies of 5,000 events, and memory added
  answers   each insight beside hand-written SQL over raw events, and whether both give the same
  pages     (with --pages) single events: first page for every filter, and an export
  disk      raw table and rollups
Ratios come from one run on one engine; single milliseconds depend on the machine.

  --events   events in the store (default 5,000,000)
  --days     days they are spread over (default 400)
  --ingest   events of them that go through the HTTP door (default 500,000)
  --pages    also measures pages and an export of single events
  --json     also writes the figures to this file
  --keep     leaves the store, and prints where it is`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      events: { type: 'string', default: '5000000' },
      days: { type: 'string', default: '400' },
      ingest: { type: 'string', default: '500000' },
      pages: { type: 'boolean', default: false },
      json: { type: 'string' },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(help);
    return;
  }
  const events = wholeNumber('--events', values.events);
  const workload = {
    events,
    days: wholeNumber('--days', values.days),
    until: Math.floor(Date.now() / 86_400_000) * 86_400_000,
    redelivered: Math.floor(events / 10),
  };
  const throughDoor = Math.min(events, wholeNumber('--ingest', values.ingest));
  await withStore('bench', { ...roomy, keep: values.keep }, async (store, folder) => {
    const { insights } = await insightsOn(store, { rows: 1_000_000 });
    const ingest = await measureIngest(insights, workload, throughDoor, folder);
    printTable('Ingest through HTTP', [ingest]);
    await fill(store, workload, throughDoor, (done) =>
      progress('events in the store', done, events),
    );
    const started = performance.now();
    const closer = new Closer({
      store,
      events: insights.events,
      closed: insights.closed,
      now: Date.now,
      onError: (error) => console.error(error),
    });
    const closing = setInterval(
      () => progress('days closed', insights.closed.spans.length, workload.days),
      1000,
    );
    const spans = await closer.closeDue().finally(() => clearInterval(closing));
    const rollups = { days: spans, seconds: Math.round((performance.now() - started) / 1000) };
    printTable('Rollups', [rollups]);
    const answers = await compareAnswers(insights, workload);
    printTable('Answers', answers);
    const others = await timeOthers(insights, workload);
    printTable('Other insights', others);
    const pages = values.pages ? await measureSingleEvents(insights, workload) : {};
    const disk = await measureDisk(store);
    printTable('Disk', disk);
    const peakMemory = { peak_memory_mb: Math.round(process.resourceUsage().maxRSS / 1024) };
    printTable('Memory of the whole run', [peakMemory]);
    if (values.json !== undefined) {
      writeFileSync(
        values.json,
        JSON.stringify(
          { workload, ingest, rollups, answers, others, ...pages, disk, ...peakMemory },
          null,
          2,
        ),
      );
    }
    if (answers.some(({ same }) => same !== 'yes')) process.exitCode = 1;
  });
}

async function measureSingleEvents(
  insights: Insights,
  workload: Workload,
): Promise<{ pages: PageTime[]; exported: ExportFigures }> {
  const pages = await measurePages(insights, workload, 100);
  printTable('First page of 100 events, milliseconds', pages);
  const exported = await measureExport(insights, workload, Math.min(workload.events, 2_000_000));
  printTable('Export', [exported]);
  return { pages, exported };
}

function wholeNumber(option: string, text: string): number {
  const value = Number(text.replaceAll('_', '').replaceAll(',', ''));
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new Error(`${option} must be a whole number from 1, not '${text}'.`);
  }
  return value;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
