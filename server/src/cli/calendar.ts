import type { Command } from 'commander';
import type { Feed, FeedRequest } from '../calendar/feed';
import { call } from './connection';
import type { Connection } from './connection';
import { writeList } from './list';
import { printable } from './terminal';

interface Parsers {
  connect: () => Connection;
  list: (value: string) => string[];
}

interface Wanted {
  name: string;
  zone: string;
  projects?: string[];
}

export function addCalendarCommands(root: Command, { connect, list }: Parsers): void {
  const calendar = root
    .command('calendar')
    .description('rotations and reminders as a calendar that other programs subscribe to');
  calendar
    .command('create')
    .description('create a calendar and print its address; it is shown only once')
    .option('--name <name>', 'what it is called', 'Secrets')
    .option('--zone <zone>', 'IANA time zone in which the days of reminders begin', 'UTC')
    .option('--projects <list>', 'the projects it shows, with commas; all when left out', list)
    .action((options: Wanted) => createCalendar(connect(), options));
  calendar
    .command('list')
    .description('list calendars')
    .action(() => listCalendars(connect()));
  calendar
    .command('revoke')
    .description('end a calendar')
    .argument('<id>', 'its id, as `calendar list` shows it')
    .action((id: string) => revokeCalendar(connect(), id));
}

/** Prints the address alone on standard output, so that a script can keep it. */
async function createCalendar(
  connection: Connection,
  { name, zone, projects }: Wanted,
): Promise<void> {
  const request = { name, zone, projects: projects ?? null } satisfies FeedRequest;
  const response = await call(connection, '/api/v1/calendar', {
    method: 'POST',
    body: JSON.stringify(request),
  });
  const { id, path, url } = (await response.json()) as Feed & { path: string; url: string | null };
  process.stderr.write(
    `Calendar ${id} is made. Whoever has its address can read it; it is shown this once:\n`,
  );
  process.stdout.write(`${url ?? `${connection.url}${path}`}\n`);
}

async function listCalendars(connection: Connection): Promise<void> {
  const response = await call(connection, '/api/v1/calendar');
  const { feeds } = (await response.json()) as { feeds: Feed[] };
  writeList(
    ['ID', 'NAME', 'ZONE', 'PROJECTS', 'TOKEN', 'CREATED'],
    feeds.map(({ id, name, zone, projects, token, created_at }) => [
      id,
      name,
      zone,
      projects?.join(',') ?? 'all',
      token,
      created_at.slice(0, 10),
    ]),
  );
}

async function revokeCalendar(connection: Connection, id: string): Promise<void> {
  await call(connection, `/api/v1/calendar/${encodeURIComponent(id)}`, { method: 'DELETE' });
  process.stdout.write(`Calendar ${printable(id)} is revoked.\n`);
}
