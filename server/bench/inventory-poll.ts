import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Collectors } from '../src/sources/infisical/collector/collectors';
import { InfisicalStandIn, sourceOf } from '../test/infisical-stand-in';
import { project, rotation, secret } from '../test/infisical-world';
import { insightsOn, tight, withStore } from './bench-store';
import { measured, timeAndMemory } from './memory';
import { printTable } from './report';

const help = `npx tsx server/bench/inventory-poll.ts [--secrets 50000] [--rotations 500] [--values]

Polls a made-up Infisical in a process of its own, whose secrets are all in one environment and so in
one answer, and prints how much memory each poll added to this process, the engine in it included.
--values also asks for values and keeps digests of them.`;

const digestKey = Buffer.from(Array.from({ length: 32 }, (_, index) => index));

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      secrets: { type: 'string', default: '50000' },
      rotations: { type: 'string', default: '500' },
      values: { type: 'boolean', default: false },
      serve: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void console.log(help);
  const [secrets, rotations] = [Number(values.secrets), Number(values.rotations)];
  if (values.serve) return serve(secrets, rotations);

  const child = fork(
    __filename,
    ['--serve', '--secrets', values.secrets, '--rotations', values.rotations],
    {
      execArgv: process.execArgv,
    },
  );
  const [url] = (await once(child, 'message')) as [string];
  await withStore('poll', tight, async (store, folder) => {
    const { state, insights } = await insightsOn(store);
    const failed: string[] = [];
    const collectors = await Collectors.open({
      sources: [{ ...sourceOf({ url }), ...(values.values && { digest_key: digestKey }) }],
      insights,
      state,
      spool: join(folder, 'spool'),
      retentionDays: 400,
      onAttempt: ({ error }) => error !== null && failed.push(error),
      onError: (error) => failed.push(String(error)),
    });
    const rows = [];
    for (const name of ['first', 'second, nothing changed', 'third']) {
      rows.push({ poll: name, ...timeAndMemory(await measured(() => collectors.pollAll())) });
    }
    printTable(`${secrets} secrets and ${rotations} rotations`, rows);
    for (const error of failed) console.error(error);
    if (failed.length > 0) process.exitCode = 1;
  }).finally(() => child.kill());
}

async function serve(secrets: number, rotations: number): Promise<void> {
  const standIn = await InfisicalStandIn.start();
  const many = Array.from({ length: secrets }, (_, index) =>
    secret(`SERVICE_${index}_API_TOKEN`, `value-${index % (secrets - 100)}-${'x'.repeat(40)}`, {
      secretPath: `/team-${index % 50}/service-${index % 700}`,
      secretComment: 'Asked for by the team, see the runbook.',
    }),
  );
  standIn.projects = [
    project(
      'large',
      { prod: many },
      { rotations: Array.from({ length: rotations }, (_, index) => rotation(`rotation-${index}`)) },
    ),
  ];
  process.send?.(standIn.url);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
