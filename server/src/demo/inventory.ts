/** What the made-up organisation's Infisical holds, in the shapes of its API. Every value is made up. */
import { setImmediate as nextTurn } from 'node:timers/promises';

import { day, minute, timelineUntil, type Timeline } from './calendar';
import { demoEvents } from './events';
import { fixedId } from './ids';
import { environments, organisation, rotations } from './organisation';
import type { Environment, Project, Rotation, Secret } from './organisation';
import { lastDueOf, refusedByDatabase } from './rotation-history';

/** How long the story is; rotations are set up at its start. */
const storyDays = 90;
const retriesEveryDay = 1;

/** One value before production, in every project. */
const sameBeforeProduction = new Set([
  'SENTRY_DSN',
  'FEATURE_FLAGS_SDK_KEY',
  'STRIPE_PUBLISHABLE_KEY',
]);
/** Old, short, and the same wherever it is used. */
const weak = { key: 'ADMIN_DB_PASSWORD', value: 'finch-2019' };

export const projectBody = ({ id, name, slug }: Project) => ({
  id,
  name,
  slug,
  type: 'secret-manager',
  orgId: organisation.id,
  environments: environments.map((each) => ({
    id: fixedId(`environment/${slug}/${each}`),
    name: each,
    slug: each,
  })),
});

export const rotationsOf = ({ slug }: Project): readonly Rotation[] =>
  rotations.filter(({ project }) => project === slug);

/** When audit events of the story last changed each secret, by its id. */
export async function changesIn(story: Date): Promise<ReadonlyMap<string, number>> {
  const changes = new Map<string, number>();
  let seen = 0;
  for (const { eventType, eventMetadata, createdAt } of demoEvents({ now: story })) {
    // The server lives in this process and wants its turn.
    if ((seen += 1) % 5_000 === 0) await nextTurn();
    if (!eventType.startsWith('update-secret')) continue;
    const { secretId, secrets = [] } = eventMetadata as {
      secretId?: string;
      secrets?: { secretId: string }[];
    };
    for (const id of [
      ...(secretId === undefined ? [] : [secretId]),
      ...secrets.map((one) => one.secretId),
    ])
      changes.set(id, Date.parse(createdAt));
  }
  return changes;
}

export interface Moment {
  /** When the story ends, which dates are counted from. */
  story: Date;
  /** Rotations go on from there. */
  now: number;
  changes: ReadonlyMap<string, number>;
}

export const secretBodies = (project: Project, environment: Environment, moment: Moment) =>
  project.folders[environment].flatMap(({ path, secrets }) =>
    secrets.map((secret) => {
      const rotation = rotationsOf(project).find(
        (each) =>
          each.environment === environment &&
          each.secretPath === path &&
          Object.values(each.secretsMapping).includes(secret.key),
      );
      return {
        id: secret.id,
        type: 'shared',
        version: secret.version,
        secretKey: secret.key,
        secretValue: valueOf(project, environment, secret),
        secretComment: '',
        secretPath: path,
        ...datesOf(secret, rotation, moment),
        rotationId: rotation?.rotationId ?? null,
      };
    }),
  );

function datesOf({ id }: Secret, rotation: Rotation | undefined, moment: Moment) {
  const { story, changes } = moment;
  const chance = Number.parseInt(id.slice(0, 6), 16) / 0xffffff;
  // Half of them are from the last year; what was never changed is as old as it is.
  const ageInDays = 3 + 700 * chance ** 2;
  const createdAt = story.getTime() - ageInDays * day;
  const touched = story.getTime() - Math.min(ageInDays, 260 * chance ** 1.5 + 2) * day;
  const rotated = rotation ? datesOfRotation(rotation, moment).lastRotated : 0;
  return {
    createdAt: iso(createdAt),
    updatedAt: iso(rotated || Math.max(touched, changes.get(id) ?? 0)),
  };
}

function valueOf({ slug }: Project, environment: Environment, { id, key }: Secret): string {
  if (slug === 'storefront' && key === weak.key) return weak.value;
  const isShared = environment !== 'prod' && sameBeforeProduction.has(key);
  return fixedId(`value/${isShared ? key : id}`);
}

export function rotationBody(rotation: Rotation, moment: Moment) {
  const { lastRotated, lastAttempt, next } = datesOfRotation(rotation, moment);
  const hasFailed = rotation.trouble === 'failing';
  const created = iso(moment.story.getTime() - storyDays * day);
  return {
    id: rotation.rotationId,
    name: rotation.name,
    type: rotation.type,
    createdAt: created,
    updatedAt: iso(lastAttempt),
    rotationInterval: rotation.rotationInterval,
    rotateAtUtc: rotation.rotateAtUtc,
    rotationStatus: hasFailed ? 'failed' : 'success',
    lastRotationAttemptedAt: iso(lastAttempt),
    lastRotatedAt: iso(lastRotated),
    nextRotationAt: iso(next),
    isAutoRotationEnabled: true,
    lastRotationMessage: hasFailed ? refusedByDatabase : null,
    connection: { app: rotation.type.split('-')[0], name: rotation.connectionId },
    environment: { slug: rotation.environment },
    folder: { path: rotation.secretPath },
    secretsMapping: rotation.secretsMapping,
  };
}

function datesOfRotation(rotation: Rotation, { story, now }: Moment) {
  const timeline: Timeline = timelineUntil(story.getTime(), storyDays);
  const due = lastDueOf(rotation, timeline);
  const interval = rotation.rotationInterval * day;
  const before = due - interval;
  if (rotation.trouble === 'missed') return { lastRotated: before, lastAttempt: before, next: due };
  if (rotation.trouble === 'failing') {
    const next = nextAfter(due, retriesEveryDay * day, now);
    return { lastRotated: before, lastAttempt: next - day + 44 * minute, next };
  }
  const next = nextAfter(due, interval, now);
  return { lastRotated: next - interval, lastAttempt: next - interval, next };
}

const nextAfter = (first: number, step: number, now: number): number =>
  first + (Math.floor((now - first) / step) + 1) * step;

const iso = (at: number): string => new Date(at).toISOString();
