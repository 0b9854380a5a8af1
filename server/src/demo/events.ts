/** Ninety made-up days of audit events, in the flat shape in which Infisical streams them. */
import { day, startOfDay, timelineUntil, type Timeline } from './calendar';
import type { Draft } from './drafts';
import { eventId } from './ids';
import { incidents } from './incidents';
import { machineDay } from './machine-days';
import { machines } from './machines';
import { organisation } from './organisation';
import { people } from './people';
import { personDay } from './people-days';
import { createRandom, type Random } from './random';
import { reminderHistory } from './reminders';
import { rotationHistory } from './rotation-history';

export interface InfisicalEvent {
  id: string;
  actor: string;
  actorMetadata: Record<string, unknown>;
  ipAddress: string;
  eventType: string;
  eventMetadata: Record<string, unknown>;
  userAgent: string;
  userAgentType: string;
  createdAt: string;
  updatedAt: string;
  expiresAt: string;
  orgId: string;
  projectId?: string;
  projectName?: string;
}

export interface DemoOptions {
  /** the story ends here: no event is later */
  now: Date;
  /** whole days before today; today so far comes on top */
  days?: number;
  seed?: number;
}

const retentionDays = 365;

/**
 * In the order of time, and the same for the same options. One day is in memory at a time, so that
 * a reader can send events on while later ones do not exist yet.
 */
export function* demoEvents({ now, days = 90, seed = 1 }: DemoOptions): Generator<InfisicalEvent> {
  if (!Number.isInteger(days) || days < 1) {
    throw new RangeError(`days must be a whole number from 1 up, but is ${days}.`);
  }
  const timeline = timelineUntil(now.getTime(), days);
  const occasions = byDay([
    ...rotationHistory(timeline),
    ...reminderHistory(timeline),
    ...incidents(timeline, createRandom(seed, 'incidents')),
  ]);
  for (let dayStart = timeline.firstDay; dayStart <= timeline.now; dayStart += day) {
    const ids = createRandom(seed, `ids/${dayStart}`);
    const drafts = [...usualDay(dayStart, timeline, seed), ...(occasions.get(dayStart) ?? [])];
    drafts.sort((one, other) => one.at - other.at);
    for (const draft of drafts) {
      if (draft.at > timeline.now) return;
      yield toEvent(draft, ids);
    }
  }
}

function* usualDay(dayStart: number, timeline: Timeline, seed: number): Generator<Draft> {
  for (const machine of machines) {
    const random = createRandom(seed, `machines/${machine.name}/${dayStart}`);
    yield* machineDay(machine, dayStart, timeline, random);
  }
  for (const person of people) {
    const random = createRandom(seed, `people/${person.email}/${dayStart}`);
    yield* personDay(person, dayStart, timeline, random);
  }
}

function byDay(drafts: readonly Draft[]): Map<number, Draft[]> {
  const days = new Map<number, Draft[]>();
  for (const draft of drafts) {
    const dayStart = startOfDay(draft.at);
    const sameDay = days.get(dayStart);
    if (sameDay) sameDay.push(draft);
    else days.set(dayStart, [draft]);
  }
  return days;
}

function toEvent(
  { at, caller, eventType, eventMetadata, project }: Draft,
  ids: Random,
): InfisicalEvent {
  const createdAt = new Date(at).toISOString();
  return {
    id: eventId(at, ids),
    actor: caller.actor,
    actorMetadata: caller.actorMetadata,
    ipAddress: caller.ip,
    eventType,
    eventMetadata,
    userAgent: caller.client.userAgent,
    userAgentType: caller.client.userAgentType,
    createdAt,
    updatedAt: createdAt,
    expiresAt: new Date(at + retentionDays * day).toISOString(),
    orgId: organisation.id,
    ...(project ? { projectId: project.id, projectName: project.name } : {}),
  };
}
