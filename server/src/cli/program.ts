import { Command, CommanderError, Option } from 'commander';
import { loadConfig } from '../config/config';
import { Failure } from '../failure';
import { pseudonymiseActor } from './actor';
import { getAnalyticsData } from './analytics-data';
import type { AnalyticsOptions } from './analytics-data';
import { addCalendarCommands } from './calendar';
import { connectionOf } from './connection';
import { forgetDigests } from './forget-digests';
import { importEvents } from './import';
import { formats, queryServer, searchFrom } from './query';
import type { Format } from './query';
import { queryStore } from './query-store';
import { addReportCommands, addScheduleCommands } from './report-commands';
import { serve } from './serve';
import { createToken, listTokens, revokeToken } from './token';

const queryHelp = `
Parameters and filters of the insight follow by name, and everything the HTTP API takes:
  --project payments --from now-30d --to now --zone Europe/Berlin --limit 20
  --environment prod --secret_path.glob '/app/**' --bucket hour
  --from today, week, month or year: since its first midnight in UTC

Examples:
  secret-insights query access-volume --project payments --from now-30d
  secret-insights query top-actors --limit 10 --format csv > actors.csv
  secret-insights query access-breakdown --by client_type --filter environment.not-in=dev`;

const serverHelp = `
The commands talk to the server at SECRET_INSIGHTS_URL with SECRET_INSIGHTS_TOKEN; without them to the
local server, with the token in ./data/admin-token that its first start writes.
Exit codes: 0 done, 1 failed, 2 wrong use.`;

const collect = (value: string, before: string[]): string[] => [...before, value];
const list = (value: string): string[] =>
  value
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');

/** What `secret-insights` understands. */
export function program(): Command {
  const root = new Command('secret-insights')
    .description('Who reads which secret, what is due for rotation and what failed.')
    .addHelpText('after', serverHelp)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });

  root
    .command('serve')
    .description('start the server')
    .action(async () => {
      await serve();
    });

  root
    .command('query')
    .description('ask an insight')
    .usage('<insight> [options] [--name value ...]')
    .argument('<insight>', 'id of the insight, such as access-volume')
    .addOption(
      new Option('--format <format>', 'how it is printed').choices(formats).default('table'),
    )
    .option('--filter <field.op=value>', 'a filter; may be given several times', collect, [])
    .option('--store <path>', 'open this embedded store directly, while no server runs')
    .allowUnknownOption()
    .allowExcessArguments()
    .addHelpText('after', queryHelp)
    .action(async (_, options: QueryOptions, command: Command) => {
      const [insight = '', ...words] = command.args;
      const search = searchFrom(words, options.filter);
      if (options.store !== undefined) {
        return queryStore(loadConfig(), options.store, insight, search, options.format);
      }
      return queryServer(connectionOf(loadConfig()), insight, search, options.format);
    });

  root
    .command('import')
    .description(
      'send audit events of Infisical: NDJSON, a JSON array or a saved response of its API, packed or not',
    )
    .argument('<file>', 'the file, or - for standard input')
    .option('--restart', 'send all events, also those an import that broke off has sent', false)
    .action((file: string, options: { restart: boolean }) =>
      importEvents(connectionOf(loadConfig()), file, options),
    );

  const parsers = { connect: () => connectionOf(loadConfig()), collect, list };
  addReportCommands(root, parsers);
  addScheduleCommands(root, parsers);
  addCalendarCommands(root, parsers);

  root
    .command('actor')
    .description('what is kept about one actor')
    .command('pseudonymise')
    .description(
      'replace id, name and e-mail of an actor in everything this server keeps, for good',
    )
    .argument('<actor-id>', 'its id, as the column actor of the insight events shows it')
    .action((id: string) => pseudonymiseActor(connectionOf(loadConfig()), id));

  root
    .command('forget-digests')
    .description('forget the digests of values that were made to find duplicates')
    .option('--source <name>', 'only those of this source; all when left out')
    .action((options: { source?: string }) =>
      forgetDigests(connectionOf(loadConfig()), options.source),
    );

  root
    .command('get-analytics-data')
    .description(
      "print what Akeyless's command of this name prints, from the reports that were kept",
    )
    .option('--json', 'the whole answer, and not only what is in use by product', false)
    .option('--from <time>', 'refuse a report from before: month, now-7d or a date')
    .option('--to <time>', 'the newest report of an earlier time')
    .option('--account <list>', 'only these accounts, with commas')
    .option('--source <list>', 'only these connections, with commas')
    .option('--product <list>', 'only these products, with commas: sm,pm')
    .action((options: AnalyticsOptions) => getAnalyticsData(connectionOf(loadConfig()), options));

  const token = root.command('token').description('create, list and revoke tokens');
  token
    .command('create')
    .description('create a token and print it; it is shown only once')
    .requiredOption('--name <name>', 'what it is for')
    .requiredOption('--capabilities <list>', 'what it may do, with commas: insights,usage', list)
    .option('--projects <list>', 'the projects it may see, with commas; all when left out', list)
    .option('--expires <when>', 'when it ends: 90d, 12h, a date, or never', 'never')
    .action(
      (options: { name: string; capabilities: string[]; projects?: string[]; expires: string }) =>
        createToken(connectionOf(loadConfig()), options),
    );
  token
    .command('list')
    .description('list tokens')
    .action(() => listTokens(connectionOf(loadConfig())));
  token
    .command('revoke')
    .description('end a token')
    .argument('<id>', 'its id, as `token list` shows it')
    .action((id: string) => revokeToken(connectionOf(loadConfig()), id));
  return root;
}

interface QueryOptions {
  format: Format;
  filter: string[];
  store?: string;
}

/** Runs a command line. @returns the exit code: 0 done, 1 failed, 2 wrong use. */
export async function run(argv: readonly string[]): Promise<number> {
  try {
    await program().parseAsync(argv, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    process.stderr.write(`${sentenceOf(error)}\n`);
    return isWrongUse(error) ? 2 : 1;
  }
}

const isWrongUse = (error: unknown): boolean =>
  error instanceof CommanderError ||
  (error instanceof Failure && (error.kind === 'bad-parameters' || error.kind === 'unknown'));

function sentenceOf(error: unknown): string {
  if (error instanceof CommanderError) {
    const sentence = error.message.replace(/^error: /, '');
    if (error.code === 'commander.help')
      return 'Name a command: secret-insights --help lists them.';
    return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1).replace(/\.?$/, '.')} See secret-insights --help.`;
  }
  if (error instanceof Error) return error.message;
  return String(error);
}
