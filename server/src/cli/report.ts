import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { Failure, badParameter } from '../failure';
import { filterOf } from '../api/rest-query';
import type { CheckedEntry } from '../reports/verify';
import { call } from './connection';
import type { Connection } from './connection';
import { verifyFolder } from './evidence';
import { writeList } from './list';
import { formatCount, printable } from './terminal';

/** A run, as far as the command line shows it. */
interface RunView {
  run: string;
  requested_at: string;
  requested_by: string;
  project: string | null;
  status: string;
  reason: string | null;
  rows: number | null;
  sequence: number | null;
  manifest_sha256: string | null;
  reports: { name: string }[];
  recipients: { address: string; state: string; reason: string | null }[];
  files: { file: string; rows: number; truncated: boolean; sha256: string }[];
}

export interface RunOptions {
  to?: string[];
  project?: string;
  from?: string;
  until?: string;
  zone?: string;
  subject?: string;
  replyTo?: string;
  param: string[];
  filter: string[];
  mail: boolean;
  wait: boolean;
}

const say = (text: string): boolean => process.stdout.write(`${text}\n`);
const pathOf = (run: string): string => `/api/v1/reports/${encodeURIComponent(run)}`;

async function ask<T>(connection: Connection, path: string, body?: unknown): Promise<T> {
  const response = await call(connection, path, {
    ...(body !== undefined && { method: 'POST' as const, body: JSON.stringify(body) }),
  });
  return (await response.json()) as T;
}

/** Asks for reports and waits until they are mailed. @throws Failure where the run failed. */
export async function runReports(
  connection: Connection,
  types: readonly string[],
  options: RunOptions,
): Promise<void> {
  const { to, project, zone, subject, replyTo, mail, wait } = options;
  const asked = await ask<RunView>(connection, '/api/v1/reports', {
    reports: types.map((type) => choiceOf(type, types, options)),
    ...(to && { recipients: to }),
    ...(project !== undefined && { project }),
    ...(zone !== undefined && { zone }),
    ...(subject !== undefined && { subject }),
    ...(replyTo !== undefined && { reply_to: replyTo }),
    ...(!mail && { download_only: true }),
  });
  if (!wait) {
    say(`Run ${asked.run} is ${asked.status}.`);
    return;
  }
  writeRun(await untilOver(connection, asked.run));
}

function choiceOf(
  type: string,
  types: readonly string[],
  { from, until, param, filter }: RunOptions,
): Record<string, unknown> {
  const params = Object.fromEntries(param.flatMap((text) => paramFor(text, type, types)));
  const filters = filter.map((text) => {
    const [name, value] = pairOf('filter', text);
    return filterOf(name, [value]);
  });
  return {
    type,
    params,
    filters,
    ...(from !== undefined && { from }),
    ...(until !== undefined && { to: until }),
  };
}

/** `stale-secrets.stale_days=30` belongs to one report, `limit=20` to all that are named. */
function paramFor(text: string, type: string, types: readonly string[]): [string, string][] {
  const [name, value] = pairOf('param', text);
  const owner = types.find((each) => name.startsWith(`${each}.`));
  if (owner === undefined) return [[name, value]];
  return owner === type ? [[name.slice(owner.length + 1), value]] : [];
}

function pairOf(option: string, text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw badParameter(option, `--${option} must be name=value, not '${text}'.`);
  return [text.slice(0, at), text.slice(at + 1)];
}

async function untilOver(connection: Connection, run: string): Promise<RunView> {
  for (let wait = 100; ; wait = Math.min(2_000, wait * 1.5)) {
    const view = await ask<RunView>(connection, pathOf(run));
    if (view.status !== 'pending' && view.status !== 'generating') return view;
    await pause(wait);
  }
}

function writeRun(view: RunView): void {
  const { run, status, reason, files, recipients } = view;
  say(`Run ${run} is ${status}.`);
  for (const { file, rows, truncated } of files) {
    const cut = truncated ? ', cut at the row limit' : '';
    say(`  ${file}: ${formatCount(rows)} ${rows === 1 ? 'row' : 'rows'}${cut}`);
  }
  for (const { address, state } of recipients) say(`  ${printable(address)}: ${state}`);
  if (status === 'failed') throw new Failure('bug', reason ?? 'The run failed.');
  if (reason !== null) say(`  ${printable(reason)}`);
}

export async function listReports(
  connection: Connection,
  { limit, project }: { limit: string; project?: string },
): Promise<void> {
  const search = new URLSearchParams({ limit, ...(project !== undefined && { project }) });
  const { runs } = await ask<{ runs: RunView[] }>(
    connection,
    `/api/v1/reports?${search.toString()}`,
  );
  writeList(
    ['RUN', 'REQUESTED', 'STATUS', 'ROWS', 'PROJECT', 'REPORTS', 'RECIPIENTS', 'REASON'],
    runs.map((run) => [
      run.run,
      run.requested_at.slice(0, 16).replace('T', ' '),
      run.status,
      run.rows === null ? '–' : formatCount(run.rows),
      run.project ?? 'all',
      run.reports.map(({ name }) => name).join(', '),
      run.recipients
        .map(({ address, state }) => (state === 'accepted' ? address : `${address} (${state})`))
        .join(', '),
      run.reason ?? '',
    ]),
  );
}

/** Fetches the files of a run and the manifest that verifies them into a folder of the run's own. */
export async function downloadReport(
  connection: Connection,
  run: string,
  { dir }: { dir?: string },
): Promise<void> {
  const { run: id, files } = await ask<RunView>(connection, pathOf(run));
  const folder = join(dir ?? '.', id);
  await mkdir(folder, { recursive: true });
  for (const file of [...files.map((each) => each.file), 'manifest.json']) {
    const response = await call(connection, `${pathOf(id)}/files/${encodeURIComponent(file)}`, {
      accept: '*/*',
    });
    if (!response.body) throw new Failure('bug', `The server sent nothing for ${file}.`);
    const target = join(folder, file);
    await pipeline(Readable.fromWeb(response.body), createWriteStream(`${target}.part`));
    await rename(`${target}.part`, target);
    say(target);
  }
}

/** Checks downloaded evidence in a folder, one run of the server, or its whole chain. */
export async function verifyReports(
  connect: () => Connection,
  what: string | undefined,
): Promise<void> {
  if (what !== undefined && existsSync(what)) {
    await verifyFolder(what, say);
    return;
  }
  const { ok, entries } = await ask<{ ok: boolean; entries: CheckedEntry[] }>(
    connect(),
    '/api/v1/reports/verify',
  );
  const shown = what === undefined ? entries : entries.filter(({ run }) => run === what);
  if (what !== undefined && shown.length === 0) {
    throw new Failure('unknown', `There is no run '${what}', and no folder of this name.`);
  }
  writeList(
    ['NUMBER', 'RUN', 'STATE', 'FILES', 'MANIFEST SHA-256'],
    shown.map(({ sequence, run, state, files, sha256 }) => [
      String(sequence),
      run,
      state,
      files
        .map(({ file, state: kept }) => (kept === 'intact' ? file : `${file} (${kept})`))
        .join(', '),
      sha256,
    ]),
  );
  const problems = entries.flatMap(({ sequence, problems: found }) =>
    found.map((problem) => `Number ${sequence}: ${problem}`),
  );
  if (!ok) {
    throw new Failure('conflict', ['The evidence is not as it was made.', ...problems].join('\n'));
  }
  say(
    `${formatCount(shown.length)} ${shown.length === 1 ? 'run is' : 'runs are'} as they were made.`,
  );
}

export async function listReportTypes(connection: Connection): Promise<void> {
  const { types } = await ask<{
    types: { id: string; name: string; right: string; needs: string[] }[];
  }>(connection, '/api/v1/reports/types');
  writeList(
    ['REPORT', 'NAME', 'RIGHT', 'NEEDS'],
    types.map(({ id, name, right, needs }) => [id, name, right, needs.join(', ')]),
  );
}

export async function resendReport(
  connection: Connection,
  run: string,
  { to }: { to?: string[] },
): Promise<void> {
  await ask(connection, `${pathOf(run)}/resend`, to ? { recipients: to } : {});
  writeRun(await untilOver(connection, run));
}

export async function deleteReport(connection: Connection, run: string): Promise<void> {
  await call(connection, pathOf(run), { method: 'DELETE' });
  say(`Run ${printable(run)} is deleted; its number and its hash stay.`);
}
