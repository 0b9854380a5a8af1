import { call } from './connection';
import type { Connection } from './connection';
import { writeList } from './list';
import { printable } from './terminal';

interface ScheduleView {
  schedule: string;
  name: string;
  project: string | null;
  reports: { name: string }[];
  recipients: string[];
  cron: string;
  zone: string;
  paused: boolean;
  next_runs: string[];
}

export interface ScheduleOptions {
  name: string;
  to?: string[];
  project?: string;
  zone?: string;
  cron?: string;
  every?: string;
  at?: string;
  on?: string;
  start?: string;
  end?: string;
  workdaysOnly: boolean;
  skipEmpty: boolean;
  onlyNew: boolean;
  paused: boolean;
}

const say = (text: string): boolean => process.stdout.write(`${text}\n`);
const root = '/api/v1/schedules';
const pathOf = (id: string): string => `${root}/${encodeURIComponent(id)}`;

async function ask<T>(connection: Connection, path: string, body?: unknown): Promise<T> {
  const response = await call(connection, path, {
    ...(body !== undefined && { method: 'POST' as const, body: JSON.stringify(body) }),
  });
  return (await response.json()) as T;
}

export async function addSchedule(
  connection: Connection,
  reports: readonly string[],
  options: ScheduleOptions,
): Promise<void> {
  const { to, on, workdaysOnly, skipEmpty, onlyNew, ...same } = options;
  const day = on !== undefined && /^\d+$/.test(on) ? Number(on) : on?.toLowerCase();
  const made = await ask<ScheduleView>(connection, root, {
    ...same,
    reports,
    ...(to && { recipients: to }),
    ...(day !== undefined && { on: day }),
    workdays_only: workdaysOnly,
    when_empty: skipEmpty ? 'skip' : 'send',
    only_new: onlyNew,
  });
  say(`Schedule ${made.schedule} is made.`);
  writeNext(made);
}

export async function listSchedules(connection: Connection): Promise<void> {
  const { schedules } = await ask<{ schedules: ScheduleView[] }>(connection, root);
  writeList(
    ['ID', 'NAME', 'PROJECT', 'WHEN', 'ZONE', 'NEXT RUN', 'REPORTS', 'RECIPIENTS'],
    schedules.map((each) => [
      each.schedule,
      each.name,
      each.project ?? 'all',
      each.cron,
      each.zone,
      each.paused ? 'paused' : (each.next_runs[0]?.slice(0, 16).replace('T', ' ') ?? 'never'),
      each.reports.map(({ name }) => name).join(', '),
      each.recipients.join(', '),
    ]),
  );
}

export async function setPaused(
  connection: Connection,
  id: string,
  verb: 'pause' | 'resume',
): Promise<void> {
  const after = await ask<ScheduleView>(connection, `${pathOf(id)}/${verb}`, {});
  say(`Schedule ${printable(after.name)} ${after.paused ? 'rests' : 'is awake'}.`);
}

export async function removeSchedule(connection: Connection, id: string): Promise<void> {
  await call(connection, pathOf(id), { method: 'DELETE' });
  say(`Schedule ${printable(id)} is removed.`);
}

export async function nextRuns(connection: Connection, id: string): Promise<void> {
  writeNext(await ask<ScheduleView>(connection, pathOf(id)));
}

function writeNext({ next_runs: next, zone }: ScheduleView): void {
  const local = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    dateStyle: 'full',
    timeStyle: 'short',
  });
  for (const time of next) say(`  ${time}  ${local.format(new Date(time))} in ${zone}`);
  if (next.length === 0) say('  It does not come due.');
}

export async function sendNow(
  connection: Connection,
  id: string,
  { to }: { to?: string[] },
): Promise<void> {
  const { run } = await ask<{ run: string }>(
    connection,
    `${pathOf(id)}/send-now`,
    to ? { recipients: to } : {},
  );
  say(`Run ${run} is under way.`);
}
