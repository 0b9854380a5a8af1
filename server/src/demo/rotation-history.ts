/** What Infisical notes of the rotations: their creation, and every attempt with its outcome. */
import { day, hour, isWeekend, minute, startOfDay, type Timeline } from './calendar';
import { personCalling, platform, type Draft } from './drafts';
import { fixedId } from './ids';
import { folderOf, projectOf, projects } from './organisation';
import { people } from './people';
import { rotations, type ClockTime, type Rotation } from './rotations';

// Infisical tries again up to five times, waiting longer each time, before it gives up for the day.
const attemptsAfterMinutes = [0, 1, 3, 8, 20, 44];
const firstAttemptTodayBeforeNow = 100 * minute;
/** What the database says to the rotation that keeps failing. */
export const refusedByDatabase = 'permission denied to alter role "payments_app_b"';

export function rotationHistory(timeline: Timeline): Draft[] {
  return rotations.flatMap((rotation, index) => {
    const createdAt = creationOf(index, timeline);
    const attempts = attemptsOf(rotation, timeline).filter(({ at }) => at > createdAt);
    return [creation(rotation, createdAt, timeline), ...attempts];
  });
}

/**
 * All rotations are set up on the first working day: attempts carry only the rotation's id, and its
 * name, environment and path are told by its creation alone.
 */
function creationOf(index: number, { firstDay, now }: Timeline): number {
  let workday = firstDay;
  while (isWeekend(workday)) workday += day;
  const chosen = workday + day <= now ? workday : firstDay;
  return chosen + 9 * hour + index * 7 * minute + 21_400;
}

function creation(rotation: Rotation, at: number, timeline: Timeline): Draft {
  const engineer = people.find((person) => person.projects.length === projects.length);
  if (!engineer) throw new Error('Nobody in the made-up organisation works on all projects.');
  return {
    at,
    caller: personCalling(engineer, at, timeline),
    project: projectOf(rotation.project),
    eventType: 'create-secret-rotation',
    eventMetadata: {
      rotationId: rotation.rotationId,
      name: rotation.name,
      type: rotation.type,
      environment: rotation.environment,
      secretPath: rotation.secretPath,
      connectionId: rotation.connectionId,
      isAutoRotationEnabled: true,
      rotationInterval: rotation.rotationInterval,
      rotateAtUtc: rotateAtUtc(rotation, timeline),
      parameters: rotation.parameters,
      secretsMapping: rotation.secretsMapping,
    },
  };
}

function attemptsOf(rotation: Rotation, timeline: Timeline): Draft[] {
  const { trouble, rotationInterval } = rotation;
  const drafts: Draft[] = [];
  const lastDue = lastDueOf(rotation, timeline);
  for (let due = lastDue; due >= timeline.firstDay; due -= rotationInterval * day) {
    if (trouble === 'missed' && due === lastDue) continue;
    if (trouble === 'failing' && due === lastDue) {
      drafts.push(...failingSince(rotation, due, timeline));
    } else if (trouble === 'recovered-on-retry' && due === lastDue - rotationInterval * day) {
      drafts.push(
        failure(rotation, due, 'connection to the database timed out'),
        attempt(rotation, due + 2 * minute, 'success', null),
      );
    } else {
      drafts.push(attempt(rotation, due, 'success', null));
    }
  }
  return drafts;
}

/** Six attempts a day, every day until now; one still to come would be in the future. */
function failingSince(rotation: Rotation, firstDue: number, timeline: Timeline): Draft[] {
  const drafts: Draft[] = [];
  for (let due = firstDue; due <= timeline.now; due += day) {
    for (const waited of attemptsAfterMinutes) {
      drafts.push(failure(rotation, due + waited * minute, refusedByDatabase));
    }
  }
  return drafts;
}

function failure(rotation: Rotation, at: number, message: string): Draft {
  return attempt(rotation, at, 'failed', message);
}

function attempt(
  rotation: Rotation,
  due: number,
  status: 'success' | 'failed',
  message: string | null,
): Draft {
  const project = projectOf(rotation.project);
  // An attempt takes a moment; one that is refused takes less.
  const at = due + (status === 'success' ? 3_180 : 940);
  return {
    at,
    caller: platform,
    project,
    eventType: 'secret-rotation-rotate-secrets',
    eventMetadata: {
      type: rotation.type,
      rotationId: rotation.rotationId,
      connectionId: rotation.connectionId,
      folderId: folderOf(project, rotation.environment, rotation.secretPath).id,
      parameters: rotation.parameters,
      secretsMapping: rotation.secretsMapping,
      occurredAt: new Date(at).toISOString(),
      status,
      message,
      jobId: fixedId(`job/${rotation.name}/${due}`),
    },
  };
}

/** When it was due the last time before the story ends. */
export function lastDueOf(rotation: Rotation, { now }: Timeline): number {
  if (rotation.trouble === 'failing') {
    const latest = Math.floor((now - firstAttemptTodayBeforeNow) / minute) * minute;
    return latest - rotation.lastDueDaysAgo * day;
  }
  const { hours, minutes } = rotation.rotateAtUtc;
  return startOfDay(now) - rotation.lastDueDaysAgo * day + hours * hour + minutes * minute;
}

function rotateAtUtc(rotation: Rotation, timeline: Timeline): ClockTime {
  const due = new Date(lastDueOf(rotation, timeline));
  return { hours: due.getUTCHours(), minutes: due.getUTCMinutes() };
}
