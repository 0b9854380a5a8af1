import type { Filter, Row } from '../src/contract';
import type { InventoryItem } from '../src/store/inventory/item';
import type { FlatEvent } from './events';
import type { InventoryWorld, Place, Seen } from './inventory-world';
import { passes } from './oracle-filter';
import type { Fact } from './oracle-events';

const day = 86_400_000;
const iso = (time: number): string => new Date(time).toISOString();

export interface Posed {
  asOf: number;
  scope?: readonly string[];
  filters?: readonly Filter[];
}

type Placed = InventoryItem & Place;
interface Reminder {
  secretId: string;
  source: string;
  secret: Placed | null;
  due: number;
  repeatDays: number | null;
  message: string;
}

/** Every figure of posture out of the polls themselves: what a project's last poll held is what there is. */
export class PostureOracle {
  readonly #world: InventoryWorld;

  constructor(world: InventoryWorld) {
    this.#world = world;
  }

  /** Whether any project that is asked about had been looked at. */
  isKnown({ asOf, scope, filters = [] }: Posed): boolean {
    const about = filters.filter(({ field }) => field === 'source' || field === 'project');
    return this.#pollsUntil(asOf)
      .filter(({ project }) => scope?.includes(project) ?? true)
      .some((poll) => about.every((filter) => passes(poll as unknown as Fact, filter, String)));
  }

  /** Items that are there, without those of environments that are not. */
  live(kind: string, { asOf, scope, filters = [] }: Posed): Placed[] {
    return this.#lastPolls(asOf).flatMap((poll) => {
      const gone = this.#goneEnvironments(poll, asOf);
      return poll.items
        .filter((item) => item.kind === kind && !gone.has(item.environment ?? ''))
        .map((item) => ({ ...item, ...placeOf(poll) }))
        .filter((item) => scope?.includes(item.project) ?? true)
        .filter((item) => filters.every((filter) => itemPasses(item, filter)));
    });
  }

  /** Each item as it was last seen, gone or not. */
  ever(kind: string, { asOf, scope, filters = [] }: Posed): Placed[] {
    const newest = new Map<string, Placed>();
    for (const poll of this.#pollsUntil(asOf)) {
      for (const item of poll.items.filter((each) => each.kind === kind)) {
        newest.set(item.id, { ...item, ...placeOf(poll) });
      }
    }
    return [...newest.values()]
      .filter((item) => scope?.includes(item.project) ?? true)
      .filter((item) => filters.every((filter) => itemPasses(item, filter)));
  }

  reminders(posed: Posed, recurring: 'carried' | 'as-stored'): Reminder[] {
    const { asOf, scope, filters = [] } = posed;
    const everSeen = this.ever('secret', { asOf });
    const live = this.live('secret', { asOf });
    return this.#heldReminders(asOf).flatMap(({ event, secretId }) => {
      const secret = live.find(({ id }) => id === secretId) ?? null;
      if (secret === null && everSeen.some(({ id }) => id === secretId)) return [];
      if (scope && (secret === null || !scope.includes(secret.project))) return [];
      const { repeatDays, nextReminderDate, message } = event.eventMetadata as Record<
        string,
        unknown
      >;
      const step = Number(repeatDays ?? 0) * day;
      let due =
        typeof nextReminderDate === 'string'
          ? Date.parse(nextReminderDate)
          : Date.parse(event.createdAt) + step;
      while (recurring === 'carried' && step > 0 && due < asOf) due += step;
      const place = secret ?? { source: 'stream', org: event.orgId, project: '', name: '' };
      const fact = { environment: '', secretPath: '', ...place } as Placed;
      if (!filters.every((filter) => passes(factOf(fact), filter, String))) return [];
      return [
        {
          secretId,
          source: place.source,
          secret,
          due,
          repeatDays: step > 0 ? Number(repeatDays) : null,
          message: String(message),
        },
      ];
    });
  }

  summary(posed: Posed, params: { ahead?: number; stale?: number; back?: number } = {}): Row {
    const { ahead = 7, stale = 90, back = 0 } = params;
    const { asOf } = posed;
    const rotations = this.live('rotation', posed);
    const secrets = this.live('secret', posed);
    const due = this.reminders(posed, 'carried').map((each) => each.due);
    const within = (time: number | null | undefined, from: number): boolean =>
      typeof time === 'number' && time >= from && time <= asOf + ahead * day;
    return {
      upcoming_rotations: rotations.filter((each) => within(each.nextRotationAt, asOf - back * day))
        .length,
      failed_rotations: rotations.filter(({ state }) => state === 'failed').length,
      overdue_rotations: rotations.filter(({ nextRotationAt }) => isBefore(nextRotationAt, asOf))
        .length,
      upcoming_reminders: due.filter((time) => within(time, asOf)).length,
      overdue_reminders: due.filter((time) => time < asOf).length,
      stale_secrets: secrets.filter(({ updatedAt }) => isBefore(updatedAt, asOf - stale * day))
        .length,
      total_secrets: secrets.length,
    };
  }

  /** The attempts of a rotation since its last success. */
  failures(rotation: Placed, asOf: number): { since: number | null; count: number | null } {
    const own = this.#world.events
      .filter(
        ({ eventType, eventMetadata, projectId, createdAt }) =>
          eventType === 'secret-rotation-rotate-secrets' &&
          eventMetadata?.rotationId === rotation.id &&
          projectId === rotation.project &&
          Date.parse(createdAt) <= asOf,
      )
      .sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1));
    const lastSuccess = own.findLastIndex(
      ({ eventMetadata }) => eventMetadata?.status === 'success',
    );
    const failed = own.slice(lastSuccess + 1);
    const [first] = failed;
    return first
      ? { since: Date.parse(first.createdAt), count: failed.length }
      : { since: rotation.lastAttemptAt ?? null, count: null };
  }

  /** When the item was first seen failed without having been well or away since. */
  failedSince(item: Placed, asOf: number): number | null {
    const polls = this.#pollsUntil(asOf).filter(({ project }) => project === item.project);
    let since: number | null = null;
    for (const poll of polls) {
      const seen = poll.items.find(({ id, kind }) => id === item.id && kind === item.kind);
      if (!seen || !hasFailed(seen)) since = null;
      else since ??= poll.at;
    }
    return since;
  }

  #pollsUntil(asOf: number): Seen[] {
    return this.#world.polls.filter(({ at }) => at <= asOf).sort((a, b) => a.at - b.at);
  }

  #lastPolls(asOf: number): Seen[] {
    const last = new Map<string, Seen>();
    for (const poll of this.#pollsUntil(asOf)) last.set(poll.project, poll);
    return [...last.values()];
  }

  #goneEnvironments({ project, items }: Seen, asOf: number): Set<string> {
    const slugs = (poll: Pick<Seen, 'items'>): string[] =>
      poll.items.filter(({ kind }) => kind === 'environment').map(({ name }) => name);
    const there = new Set(slugs({ items }));
    const known = this.#pollsUntil(asOf)
      .filter((poll) => poll.project === project)
      .flatMap(slugs);
    return new Set(known.filter((slug) => !there.has(slug)));
  }

  #heldReminders(asOf: number): { event: FlatEvent; secretId: string }[] {
    const newest = new Map<string, FlatEvent>();
    for (const event of this.#world.events) {
      if (!event.eventType.endsWith('-secret-reminder') || Date.parse(event.createdAt) > asOf)
        continue;
      const key = `${event.orgId} ${String(event.eventMetadata?.secretId)}`;
      const known = newest.get(key);
      const order = (each: FlatEvent): string => `${each.createdAt} ${each.id}`;
      if (!known || order(event) > order(known)) newest.set(key, event);
    }
    return [...newest.values()]
      .filter(({ eventType }) => eventType === 'create-secret-reminder')
      .map((event) => ({ event, secretId: String(event.eventMetadata?.secretId) }));
  }
}

export const hasFailed = ({ kind, state }: InventoryItem): boolean =>
  kind === 'lease' ? state === 'failed-deletion' : state === 'failed';

const placeOf = ({ source, org, project }: Place): Place => ({ source, org, project });
const isBefore = (time: number | null | undefined, limit: number): boolean =>
  typeof time === 'number' && time < limit;

const factOf = (item: Placed, secretKey: string = item.name): Fact =>
  ({
    source: item.source,
    org: item.org,
    project: item.project,
    environment: item.environment ?? '',
    secret_path: item.secretPath ?? '',
    secret_key: secretKey,
  }) as unknown as Fact;

/** A rotation passes with any of its keys; a secret with its own. */
function itemPasses(item: Placed, filter: Filter): boolean {
  if (filter.field !== 'secret_key') return passes(factOf(item), filter, String);
  const keys = item.kind === 'secret' ? [item.name] : (item.secretKeys ?? []);
  const positive = { ...filter, op: filter.op.replace('not-', '') as Filter['op'] };
  const found = keys.some((key) => passes(factOf(item, key), positive, String));
  return filter.values.length === 0 || (filter.op.startsWith('not-') ? !found : found);
}

export const rotationRow = (item: Placed): Row => ({
  rotation_name: item.name,
  secret_keys: [...(item.secretKeys ?? [])],
  project: item.project,
  environment: item.environment ?? '',
  secret_path: item.secretPath ?? '',
  next_rotation_at: item.nextRotationAt ? iso(item.nextRotationAt) : null,
  rotation_status: item.state === '' ? null : (item.state ?? null),
  rotation_interval: item.rotationInterval ?? null,
});

export const reminderRow = ({ secret, due, message, repeatDays }: Reminder): Row => ({
  secret_key: secret?.name ?? null,
  project: secret?.project ?? null,
  environment: secret?.environment ?? null,
  secret_path: secret?.secretPath ?? null,
  next_reminder_at: iso(due),
  message,
  repeat_days: repeatDays,
});
