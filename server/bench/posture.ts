import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { capabilities } from '../src/contract';
import { insights as catalogue } from '../src/insights/catalogue';
import type { Insights } from '../src/insights/insights';
import { runInsight } from '../src/insights/run';
import { ingestInfisical } from '../src/sources/infisical/ingest';
import type { InventoryItem } from '../src/store/inventory/item';
import { recordPoll } from '../src/store/inventory/polls';
import { settleInventory } from '../src/store/inventory/settle';
import { writeInventory } from '../src/store/inventory/write';
import type { Store } from '../src/store/store';
import { insightsOn, roomy, withStore } from './bench-store';
import { median, printTable, progress } from './report';

const help = `npx tsx server/bench/posture.ts [--secrets 50000] [--rotations 500] [--reminders 2000] [--json FILE]

Fills an embedded store with an inventory that changes over 30 days, read ten times, and with reminders,
and prints how long each insight about posture takes: the whole answer, its first 100 rows, and the
first 100 rows as of two weeks ago, which are found in the history.`;

const day = 86_400_000;
const until = Math.floor(Date.now() / day) * day;
const org = '0a000000-0000-4000-8000-00000000000a';
const projects = 20;
const polls = 10;
/** Part of all items that is different from one poll to the next. */
const changed = 0.01;
const caller = { capabilities: new Set(capabilities), projects: null };

interface Size {
  secrets: number;
  rotations: number;
  reminders: number;
}

interface PostureTime {
  insight: string;
  rows: number;
  whole_ms: number;
  first_100_ms: number;
  /** Null where it answers for now alone. */
  past_100_ms: number | null;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      secrets: { type: 'string', default: '50000' },
      rotations: { type: 'string', default: '500' },
      reminders: { type: 'string', default: '2000' },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(help);
    return;
  }
  const size = {
    secrets: Number(values.secrets),
    rotations: Number(values.rotations),
    reminders: Number(values.reminders),
  };
  // Every answer is worked out anew.
  const limits = { ...roomy.limits, answerBytes: 1 };
  await withStore('posture', { ...roomy, limits }, async (store, folder) => {
    const { insights } = await insightsOn(store, { now: () => until });
    await fillInventory(store, size);
    await fillReminders(insights, size, folder);
    const times = await timePosture(insights);
    printTable(
      `Posture, ${size.secrets.toLocaleString('en-US')} secrets and ${size.rotations} rotations, milliseconds`,
      times,
    );
    if (values.json !== undefined) writeFileSync(values.json, JSON.stringify({ size, times }));
  });
}

const environments = ['dev', 'staging', 'prod', 'eu', 'us'] as const;
const kinds = ['environment', 'folder', 'secret', 'rotation', 'sync', 'lease'];
const spread = (index: number, days: number): number =>
  until - ((index * 7919) % (days * 1440)) * 60_000;

function itemsOf(project: number, { secrets, rotations }: Size): InventoryItem[] {
  const place = (index: number) => ({
    environment: environments[index % environments.length] ?? 'dev',
    secretPath: `/service-${index % 40}/config`,
  });
  const made = (kind: string, count: number, more: (index: number) => Partial<InventoryItem>) =>
    Array.from({ length: count }, (_, each): InventoryItem => {
      const index = project + each * projects;
      return {
        kind,
        id: `${kind}-${index}`,
        name: `${kind.toUpperCase()}_${index}`,
        ...place(index),
        ...more(index),
      };
    });
  return [
    ...environments.map((slug) => ({ kind: 'environment', id: `${project}-${slug}`, name: slug })),
    ...made('folder', 40, () => ({})),
    ...made('secret', Math.floor(secrets / projects), (index) => ({
      updatedAt: spread(index, 400),
      createdAt: spread(index, 700) - 30 * day,
    })),
    ...made('rotation', Math.floor(rotations / projects), (index) => ({
      state: index % 12 === 0 ? 'failed' : 'success',
      nextRotationAt: spread(index, 60) + 50 * day,
      rotationInterval: [7, 30, 90][index % 3] ?? 30,
      isAutoRotated: true,
      secretKeys: [`USER_${index}`, `PASSWORD_${index}`],
    })),
    ...made('sync', 10, (index) => ({ state: index % 9 === 0 ? 'failed' : 'succeeded' })),
    ...made('lease', 20, (index) => ({ state: index % 15 === 0 ? 'failed-deletion' : 'active' })),
  ];
}

async function fillInventory(store: Store, size: Size): Promise<void> {
  for (let project = 0; project < projects; project++) {
    let items = itemsOf(project, size);
    for (let poll = 0; poll < polls; poll++) {
      const seenAt = until - (polls - poll) * 3 * day;
      items = items.map((item, index) =>
        index % Math.round(1 / changed) === poll && item.kind === 'secret'
          ? { ...item, updatedAt: seenAt }
          : item,
      );
      const projectId = `project-${project}`;
      const of = { source: 'main', vendor: 'infisical', orgId: org, projectId, kinds, seenAt };
      const written = await writeInventory(store, of, items);
      const times = { startedAt: seenAt, finishedAt: seenAt, error: null };
      await recordPoll(store, {
        ...times,
        ...written,
        source: 'main',
        kind: 'inventory',
        projectId,
      });
    }
    progress('projects read', project + 1, projects);
  }
  await settleInventory(store);
}

async function fillReminders(insights: Insights, size: Size, folder: string): Promise<void> {
  const events = Array.from({ length: size.reminders }, (_, index) => ({
    id: `e0000000-0000-4000-8000-${index.toString(16).padStart(12, '0')}`,
    actor: 'user',
    actorMetadata: { userId: 'u1', email: 'ann@example.com' },
    eventType: 'create-secret-reminder',
    eventMetadata: {
      secretId: `secret-${index * 3}`,
      nextReminderDate: new Date(spread(index, 60) + 40 * day).toISOString(),
      repeatDays: index % 2 === 0 ? 30 : null,
      message: 'renew it',
    },
    createdAt: new Date(spread(index, 300) - 20 * day).toISOString(),
    orgId: org,
  }));
  const file = join(folder, 'reminders.json');
  writeFileSync(file, JSON.stringify(events));
  await ingestInfisical(insights, file, {
    source: 'stream',
    strict: true,
    retentionDays: 1200,
    maxEvents: 1_000_000,
    now: until,
  });
}

const isPosture = (origin: string): boolean => origin === 'inventory' || origin === 'reminders';

async function timePosture(insights: Insights): Promise<PostureTime[]> {
  const times: PostureTime[] = [];
  for (const { id, params: taken } of catalogue.filter((each) => each.knownFrom?.some(isPosture))) {
    const takesPast = Object.hasOwn(taken, 'as_of');
    const params = id === 'calendar' ? { shape: 'events' } : {};
    const whole = await timed(insights, { insight: id, params });
    const first = await timed(insights, { insight: id, params }, 100);
    const past = { ...params, as_of: String(until - 14 * day - 3_600_000) };
    const then = takesPast
      ? await timed(insights, { insight: id, params: past }, 100)
      : { ms: null };
    times.push({
      insight: id,
      rows: whole.rows,
      whole_ms: whole.ms,
      first_100_ms: first.ms,
      past_100_ms: then.ms,
    });
  }
  return times;
}

async function timed(
  insights: Insights,
  query: { insight: string; params: Record<string, unknown> },
  limit?: number,
): Promise<{ ms: number; rows: number }> {
  const asked = { query, ...(limit !== undefined && { limit }) };
  const times: number[] = [];
  let rows = 0;
  for (let run = 0; run < 8; run++) {
    // Without kept answers: what is timed is finding an answer, not having it.
    insights.store.changed();
    const started = performance.now();
    rows = (await runInsight(insights, asked, caller)).rows.length;
    // The first one fills caches.
    if (run > 0) times.push(performance.now() - started);
  }
  return { ms: Math.round(median(times) * 10) / 10, rows };
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
