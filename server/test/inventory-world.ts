import type { InventoryItem } from '../src/store/inventory/item';
import { recordPoll } from '../src/store/inventory/polls';
import { writeInventory } from '../src/store/inventory/write';
import type { FlatEvent } from './events';
import { orgA, orgB, readEvent } from './events';
import { now } from './harness';
import type { TestStore } from './harness';
import type { Random } from './random';

const hour = 3_600_000;
const day = 24 * hour;

/** A moment in the past at which things were different. */
export const before = now - 20 * day - 3 * hour;

export interface Place {
  source: string;
  org: string;
  project: string;
}

/** Everything that was in a project when it was looked at. */
export interface Seen extends Place {
  at: number;
  items: InventoryItem[];
}

export interface InventoryWorld {
  polls: Seen[];
  /** As they arrived: out of order, some several times. */
  events: FlatEvent[];
}

export const places: readonly Place[] = [
  { source: 'main', org: orgA, project: 'project-a' },
  { source: 'main', org: orgA, project: 'project-b' },
  { source: 'second', org: orgB, project: 'project-c' },
];
const environments = ['prod', 'dev', 'a"b'] as const;
const paths = ['/', '/app', '/app/db', '/ünï'] as const;
const keys = ['DATABASE_URL', 'API_KEY', 'A,B="C"', 'Ä_KEY', 'TOKEN'] as const;

/** Moments on both sides of every limit of both questions, and some in between. */
function moment(random: Random): number {
  const base = random.pick([now, before]);
  const limit = random.pick([0, 7 * day, -90 * day, -7 * day, 365 * day, 3 * day]);
  if (random.chance(0.6)) return base + limit + random.pick([-1, 0, 1]);
  return base + Math.floor((random.fraction() - 0.6) * 200 * day);
}
const perhaps = (random: Random, value: number): number | null =>
  random.chance(0.15) ? null : value;

function item(random: Random, kind: string, id: string): InventoryItem {
  const where = { environment: random.pick(environments), secretPath: random.pick(paths) };
  switch (kind) {
    case 'secret':
      return {
        kind,
        id,
        name: random.pick(keys),
        ...where,
        updatedAt: perhaps(random, moment(random)),
        createdAt: perhaps(random, now - Math.floor(random.fraction() * 120 * day)),
      };
    case 'rotation':
      return {
        kind,
        id,
        name: `rotation ${random.pick(keys)}`,
        ...where,
        state: random.pick(['', 'success', 'failed', 'failed']),
        nextRotationAt: perhaps(random, moment(random)),
        lastAttemptAt: perhaps(random, now - Math.floor(random.fraction() * 40 * day)),
        rotationInterval: random.pick([null, 1, 7, 30, 90]),
        isAutoRotated: random.pick([null, true, false]),
        secretKeys: random.shuffled(keys).slice(0, random.below(3)),
        message: random.pick(['', 'password=hunter2']),
      };
    case 'sync':
    case 'lease':
      return {
        kind,
        id,
        name: `${kind} ${id}`,
        ...where,
        state: random.pick(['', 'succeeded', 'failed', 'failed-deletion']),
        message: random.pick(['', 'refused']),
      };
    case 'environment':
      return { kind, id, name: id.replace(/^.*:/, '') };
    default:
      return { kind, id, name: id, ...where };
  }
}

const kinds = ['secret', 'rotation', 'sync', 'lease', 'environment', 'folder', 'dynamic-secret'];
const counts: Readonly<Record<string, number>> = { secret: 25, rotation: 12, environment: 0 };

/** Polls of some projects, in which items change, go and come back, and reminders of their secrets. */
export function randomInventory(random: Random): InventoryWorld {
  const polls: Seen[] = [];
  for (const place of places) {
    let items: InventoryItem[] = [
      ...kinds.flatMap((kind) =>
        Array.from({ length: counts[kind] ?? 3 }, (_, index) =>
          item(random, kind, `${place.project}:${kind}:${index}`),
        ),
      ),
      ...environments.map((slug) => item(random, 'environment', `${place.project}:${slug}`)),
    ];
    const all = [...items];
    // The second project is looked at for the first time after the moment in the past.
    let at = place.project === 'project-b' ? before + day : before - 3 * day;
    while (at < now) {
      polls.push({ ...place, at, items });
      at += Math.floor(day + random.fraction() * 6 * day);
      const kept = items.filter(() => random.chance(0.85));
      const back = all.filter(
        ({ id }) => random.chance(0.3) && kept.every((each) => each.id !== id),
      );
      items = [...kept, ...back].map((each) =>
        random.chance(0.3) ? item(random, each.kind, each.id) : each,
      );
    }
  }
  return { polls, events: [...reminders(random), ...attempts(random)] };
}

function reminders(random: Random): FlatEvent[] {
  const events: FlatEvent[] = [];
  for (const { org, project } of [...places, { org: orgA, project: 'nowhere' }]) {
    for (let index = 0; index < 12; index++) {
      const secretId = `${project}:secret:${index}`;
      for (let change = random.below(4); change > 0; change--) {
        const isDeleted = random.chance(0.25);
        const repeatDays = random.pick([null, null, 1, 7, 30]);
        const nextReminderDate =
          repeatDays !== null && random.chance(0.2) ? null : new Date(moment(random)).toISOString();
        const event = readEvent({
          id: random.uuid(),
          orgId: org,
          eventType: isDeleted ? 'delete-secret-reminder' : 'create-secret-reminder',
          eventMetadata: isDeleted
            ? { secretId }
            : { secretId, repeatDays, nextReminderDate, message: 'renew', recipients: ['u1'] },
          // Some at the same moment: then the larger id holds.
          createdAt: new Date(
            random.chance(0.3) ? before : before + Math.floor((random.fraction() - 0.5) * 40 * day),
          ).toISOString(),
        });
        delete event.projectId;
        events.push(event, ...(random.chance(0.3) ? [event] : []));
      }
    }
  }
  return random.shuffled(events);
}

function attempts(random: Random): FlatEvent[] {
  return places.flatMap(({ org, project }) =>
    Array.from({ length: 30 }, () =>
      readEvent({
        id: random.uuid(),
        orgId: org,
        projectId: project,
        eventType: 'secret-rotation-rotate-secrets',
        eventMetadata: {
          rotationId: `${project}:rotation:${random.below(8)}`,
          status: random.pick(['success', 'failed', 'failed']),
          message: 'of the event',
        },
        createdAt: new Date(now - Math.floor(random.fraction() * 60 * day)).toISOString(),
      }),
    ),
  );
}

/** Writes a world through the doors that collectors and streams use. */
export async function fillInventory(
  test: Pick<TestStore, 'store' | 'ingest'>,
  { polls, events }: InventoryWorld,
): Promise<void> {
  for (const { source, org, project, at, items } of [...polls].sort((a, b) => a.at - b.at)) {
    const written = await writeInventory(
      test.store,
      { source, vendor: 'infisical', orgId: org, projectId: project, kinds, seenAt: at },
      items,
    );
    await recordPoll(test.store, {
      source,
      kind: 'inventory',
      projectId: project,
      startedAt: at,
      finishedAt: at,
      error: null,
      ...written,
    });
  }
  const half = Math.ceil(events.length / 2);
  await test.ingest(events.slice(0, half));
  await test.ingest(events.slice(half));
}
