import { mkdir, rm, writeFile } from 'node:fs/promises';
import type { Row } from '../contract';
import { findInsight } from '../insights/catalogue';
import type { Insights } from '../insights/insights';
import type { Caller } from '../insights/run';
import { writeCsv } from './csv-file';
import type { CsvOptions } from './csv-file';
import { News } from './news';
import { csvColumns } from './report-columns';
import type { ReportFolder } from './report-folder';
import type { ReportInput } from './report-request';
import { reportPages } from './report-rows';
import { SummaryTaker } from './report-summary';
import type { ReportSummary } from './report-summary';
import { findReportType } from './report-types';
import type { ReportFile, Run, Unanswered } from './run';
import { zonedWriter } from '../time/zoned-time';

export interface GenerateOptions {
  insights: Insights;
  folder: ReportFolder;
  /** Rows a report may have at most. */
  rows: number;
  bom: boolean;
  /** The run whose rows a schedule has sent already; null where there is none. */
  lastRun: string | null;
  signal: AbortSignal;
}

/** What became of the reports of a run: files, and what those need that have none. */
export interface Generated {
  files: ReportFile[];
  unanswered: Unanswered[];
}

/** Makes every file of a run, from the beginning: what an interrupted try left is overwritten. */
export async function generateFiles(run: Run, options: GenerateOptions): Promise<Generated> {
  const { folder } = options;
  await rm(folder.run(run.id), { recursive: true, force: true });
  await mkdir(folder.run(run.id), { recursive: true, mode: 0o700 });
  const files: ReportFile[] = [];
  const unanswered: Unanswered[] = [];
  const summaries: ReportSummary[] = [];
  for (const input of run.reports) {
    const made = await generateFile(run, input, options);
    if ('reason' in made) unanswered.push(made);
    else {
      files.push(made.file);
      summaries.push(made.summary);
    }
  }
  await writeFile(folder.summary(run.id), JSON.stringify(summaries), { mode: 0o600 });
  return { files, unanswered };
}

const callerOf = ({ rights, project }: Run): Caller => ({
  capabilities: new Set(rights),
  projects: project === '' ? null : [project],
});

async function generateFile(
  run: Run,
  input: ReportInput,
  options: GenerateOptions,
): Promise<{ file: ReportFile; summary: ReportSummary } | Unanswered> {
  const { insights, folder, rows: limit, bom, signal } = options;
  const type = findReportType(input.type);
  const csv: CsvOptions = { zonedTime: zonedWriter(run.zone), bom };
  const pages = reportPages({
    insights,
    ids: type.insights,
    input,
    zone: run.zone,
    caller: callerOf(run),
    limit,
    signal,
  });
  const first = await pages.next();
  if (first.done) throw new Error('a report gave no page');
  const { name, file } = input;
  const { notices, isUnknown } = first.value;
  if (isUnknown) return { type: input.type, name, reason: notices.join(' ') };
  const news = await News.of(run, input, options);
  const columns = csvColumns(type, input, first.value.columns);
  const isSeries = type.insights.some((id) => findInsight(id).shape === 'series');
  const taker = new SummaryTaker(input.type, columns, { ...csv, isSeries });
  let rows = 0;
  let truncated = false;
  async function* passing(): AsyncGenerator<readonly Row[]> {
    for (let page = first; !page.done; page = await pages.next()) {
      signal.throwIfAborted();
      truncated ||= page.value.truncated;
      const fresh = page.value.rows.filter((row) => news.isNew(row));
      rows += fresh.length;
      fresh.forEach((row) => taker.note(row));
      yield fresh;
    }
  }
  const path = folder.file(run.id, input.file);
  const { bytes, sha256 } = await writeCsv(path, columns, passing(), csv);
  await news.save();
  return {
    file: { type: input.type, name, file, rows, truncated, bytes, sha256 },
    summary: taker.summary(notices),
  };
}
