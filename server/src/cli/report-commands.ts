import type { Command } from 'commander';
import type { Connection } from './connection';
import {
  deleteReport,
  downloadReport,
  listReportTypes,
  listReports,
  resendReport,
  runReports,
  verifyReports,
} from './report';
import type { RunOptions } from './report';
import {
  addSchedule,
  listSchedules,
  nextRuns,
  removeSchedule,
  sendNow,
  setPaused,
} from './schedule';
import type { ScheduleOptions } from './schedule';

interface Parsers {
  connect: () => Connection;
  collect: (value: string, before: string[]) => string[];
  list: (value: string) => string[];
}

const reportHelp = `
Examples:
  secret-insights report run secret-access-log auth-methods --to ann@example.org --from now-7d
  secret-insights report run stale-secrets --param stale_days=30 --no-mail
  secret-insights report verify`;

const scheduleHelp = `
Examples:
  secret-insights schedule add secret-access-log --name Weekly --every week --on monday --at 07:00 --to ann@example.org
  secret-insights schedule add auth-methods --name 'Month end' --cron '0 6 L * *' --zone Europe/Berlin`;

export function addReportCommands(root: Command, { connect, collect, list }: Parsers): void {
  const report = root
    .command('report')
    .description('make, list, download and verify reports')
    .addHelpText('after', reportHelp);
  report
    .command('run')
    .description('make reports and mail them, one CSV each')
    .argument('<reports...>', 'their ids, as `report types` lists them')
    .option('--to <list>', 'recipients, with commas', list)
    .option('--project <name>', 'id, slug or name; every project when left out')
    .option('--from <time>', 'begin of the range, such as now-30d')
    .option('--until <time>', 'end of the range; now when left out')
    .option('--zone <zone>', 'IANA time zone that times are written in')
    .option('--subject <text>', 'subject of the mail')
    .option('--reply-to <address>', 'where answers go')
    .option(
      '--param <name=value>',
      'an input; report.name=value is for one of several',
      collect,
      [],
    )
    .option('--filter <field.op=value>', 'a filter; may be given several times', collect, [])
    .option('--no-mail', 'make the files and mail nobody')
    .option('--no-wait', 'return at once')
    .action((reports: string[], options: RunOptions) => runReports(connect(), reports, options));
  report
    .command('list')
    .description('list runs, newest first')
    .option('--limit <count>', 'how many', '10')
    .option('--project <name>', 'only of this project')
    .action((options: { limit: string; project?: string }) => listReports(connect(), options));
  report
    .command('types')
    .description('list the reports there are')
    .action(() => listReportTypes(connect()));
  report
    .command('download')
    .description('fetch the files of a run and their manifest')
    .argument('<run>', 'its id')
    .option('--dir <folder>', 'where to put them')
    .action((run: string, options: { dir?: string }) => downloadReport(connect(), run, options));
  report
    .command('verify')
    .description('check that runs are as they were made: the whole chain, one run, or a folder')
    .argument('[what]', 'a run, or a folder with downloaded files')
    .action((what: string | undefined) => verifyReports(connect, what));
  report
    .command('resend')
    .description('mail a run again, to those it was not accepted for')
    .argument('<run>', 'its id')
    .option('--to <list>', 'only to these of its recipients', list)
    .action((run: string, options: { to?: string[] }) => resendReport(connect(), run, options));
  report
    .command('delete')
    .description('delete a run; its number, its hash, who and when stay')
    .argument('<run>', 'its id')
    .action((run: string) => deleteReport(connect(), run));
}

export function addScheduleCommands(root: Command, { connect, list }: Parsers): void {
  const schedule = root
    .command('schedule')
    .description('send reports regularly')
    .addHelpText('after', scheduleHelp);
  schedule
    .command('add')
    .description('make a schedule')
    .argument('<reports...>', 'ids of the reports')
    .requiredOption('--name <name>', 'what it is called')
    .option('--to <list>', 'recipients, with commas', list)
    .option('--project <name>', 'id, slug or name; every project when left out')
    .option('--cron <expression>', 'minute, hour, day of the month (L is the last), month, weekday')
    .option('--every <unit>', 'hour, day, week or month')
    .option('--at <time>', 'time of the day, such as 07:00')
    .option('--on <day>', 'a weekday, a day of the month, or last')
    .option('--zone <zone>', 'IANA time zone')
    .option('--start <day>', 'first day or instant')
    .option('--end <day>', 'last day or instant')
    .option('--workdays-only', 'not on Saturdays and Sundays', false)
    .option('--skip-empty', 'mail nothing where nothing is found', false)
    .option('--only-new', 'only rows that the last run did not have', false)
    .option('--paused', 'let it rest at first', false)
    .action((reports: string[], options: ScheduleOptions) =>
      addSchedule(connect(), reports, options),
    );
  schedule
    .command('list')
    .description('list schedules')
    .action(() => listSchedules(connect()));
  for (const verb of ['pause', 'resume'] as const) {
    schedule
      .command(verb)
      .description(verb === 'pause' ? 'let a schedule rest' : 'wake a schedule')
      .argument('<id>', 'its id')
      .action((id: string) => setPaused(connect(), id, verb));
  }
  schedule
    .command('remove')
    .description('remove a schedule; its runs stay')
    .argument('<id>', 'its id')
    .action((id: string) => removeSchedule(connect(), id));
  schedule
    .command('next')
    .description('show when it runs next')
    .argument('<id>', 'its id')
    .action((id: string) => nextRuns(connect(), id));
  schedule
    .command('send-now')
    .description('run it now')
    .argument('<id>', 'its id')
    .option('--to <list>', 'in place of its own recipients, to see it first', list)
    .action((id: string, options: { to?: string[] }) => sendNow(connect(), id, options));
}
