import { settleRollups } from '../src/store/rollups/settle';
import { compareAnswers, timeOthers } from './answers';
import type { Bench } from './bench';
import { closerOf, insightsOn, roomy, withStore } from './bench-store';
import { withClient } from './client-process';
import { measureCsv } from './csv';
import { queriesOf } from './dashboard';
import { measureDisk } from './disk';
import { EngineTime } from './engine-time';
import { fill } from './events';
import { measureExport, measurePages } from './events-pages';
import { Figures } from './figures';
import { measureIngest } from './ingest';
import { help, parseOptions } from './options';
import type { Options } from './options';
import { progress } from './report';
import { serve } from './serve';
import { measureBatch, measureWholeAnswers } from './serving';
import { measureAlerts, measureViewers } from './serving-load';
import { clockOf, storedWorkload } from './stored-workload';

async function main(): Promise<void> {
  const options = parseOptions();
  if (options === null) {
    console.log(help);
    return;
  }
  const wanted = {
    events: options.events,
    days: options.days,
    until: Math.floor(Date.now() / 86_400_000) * 86_400_000,
    redelivered: Math.floor(options.events / 10),
  };
  const engineTime = new EngineTime();
  const opened = { ...roomy, keepIn: options.store, statistics: engineTime };
  await withStore('bench', opened, async (store, folder) => {
    const stored = await storedWorkload(store, wanted);
    const workload = stored ?? wanted;
    const figures = new Figures(options.json, workload);
    const now = clockOf(workload);
    const opened = await insightsOn(store, { rows: 1_000_000, now });
    const bench: Bench = { ...opened, workload, engineTime, folder };
    const isFilled = stored !== null;
    if (isFilled) console.log('The store holds these events already.');
    const throughDoor = isFilled || !options.only.has('ingest') ? 0 : Math.ceil(options.ingest / 2);
    if (throughDoor > 0) await ingest(bench, throughDoor, options.perBody, figures);
    // The door needs no more events than it takes.
    if ([...options.only].every((part) => part === 'ingest')) return;
    if (!isFilled) {
      await fill(store, workload, throughDoor, (done) =>
        progress('events in the store', done, workload.events),
      );
    }
    await closeDays(bench, figures);
    await measure(bench, options, figures);
  });
}

async function ingest(
  bench: Bench,
  distinct: number,
  perBody: number,
  figures: Figures,
): Promise<void> {
  const taken = await measureIngest({ ...bench, distinct, perBody });
  figures.add('ingest', 'Ingest through HTTP, each event twice', [taken]);
  if (taken.each_counted_once !== 'yes') process.exitCode = 1;
}

async function closeDays({ insights, workload }: Bench, figures: Figures): Promise<void> {
  const started = performance.now();
  const before = process.cpuUsage();
  const closing = setInterval(
    () => progress('days closed', insights.closed.spans.length, workload.days),
    1000,
  );
  const spans = await closerOf(insights)
    .closeDue()
    .finally(() => clearInterval(closing));
  // As the server does it once nothing was written to a partition for some hours.
  await settleRollups({
    store: insights.store,
    now: insights.now(),
    quietSeconds: 0,
    signal: new AbortController().signal,
  });
  const seconds = Math.round((performance.now() - started) / 1000);
  const { user, system } = process.cpuUsage(before);
  const cpu = Math.round((user + system) / 1e6);
  figures.add('rollups', 'Rollups', [{ days: spans, seconds, cpu_seconds: cpu }]);
}

async function measure(bench: Bench, options: Options, figures: Figures): Promise<void> {
  const { insights, workload } = bench;
  const { only } = options;
  // Before the others, whose memory the engine would give it again.
  if (only.has('csv') || only.has('serving')) await measureServing(bench, options, figures);
  if (only.has('answers')) {
    const answers = await compareAnswers(insights, workload);
    figures.add('answers', 'Answers', answers);
    figures.add('others', 'Other insights', await timeOthers(insights, workload));
    if (answers.some(({ same }) => same !== 'yes')) process.exitCode = 1;
  }
  if (only.has('pages')) {
    const pages = await measurePages(insights, workload, 100);
    figures.add('pages', 'First page of 100 events, milliseconds', pages);
    const most = Math.min(workload.events, 2_000_000);
    figures.add('exported', 'Export', [await measureExport(insights, workload, most)]);
  }
  if (only.has('disk')) figures.add('disk', 'Disk', await measureDisk(insights.store));
  const peak = { peak_memory_mb: Math.round(process.resourceUsage().maxRSS / 1024) };
  figures.add('memory', 'Memory of the whole run', [peak]);
}

async function measureServing(bench: Bench, options: Options, figures: Figures): Promise<void> {
  const serving = await serve(bench.insights, bench.state, bench.folder);
  await withClient(async (client) => {
    if (options.only.has('csv')) {
      figures.add('csv', 'Large CSV files', await measureCsv(bench, serving, client));
    }
    if (!options.only.has('serving')) return;
    const whole = await measureWholeAnswers(bench, serving, client);
    figures.add('whole_answers', 'Whole answer over HTTP beside the engine, 30 days', whole);
    const dashboard = queriesOf('secret-insights');
    const { batch, alone } = await measureBatch(bench, serving, client, dashboard);
    figures.add('dashboard_queries', "A dashboard's queries, each alone", alone);
    figures.add('dashboard_batch', 'A whole dashboard as one batch', [batch]);
    const alerts = await measureAlerts(bench, serving, client);
    figures.add('alerts', 'Alerts alone and beside a report', alerts);
    const seconds = options.viewerSeconds;
    const viewers = await measureViewers(bench, serving, client, dashboard, seconds);
    figures.add('viewers', 'Viewers who refresh a dashboard every 10 s', viewers);
  }).finally(serving.close);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
