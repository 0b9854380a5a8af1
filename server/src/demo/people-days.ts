/** One day of a person: signing in, looking things up in the dashboard, running tools, changing. */
import { clockOffset, day, hour, isWeekend, startOfDay, type Timeline } from './calendar';
import { clients, type Client } from './clients';
import {
  anySecret,
  denied,
  inPlace,
  listFolder,
  manySecrets,
  oneSecret,
  personCalling,
  readFolder,
  type Draft,
  type Happening,
  type Place,
} from './drafts';
import { fixedId } from './ids';
import { organisation, projectOf, type Environment, type Secret } from './organisation';
import type { Person } from './people';
import type { Random } from './random';
import { rotations, type Rotation } from './rotations';

const officeOpens = 8.5;
const officeHours = 9;

export function personDay(
  person: Person,
  dayStart: number,
  timeline: Timeline,
  random: Random,
): Draft[] {
  if (!worksOn(person, dayStart, timeline, random)) return [];
  const drafts: Draft[] = [];
  const opening = dayStart + officeOpens * hour - clockOffset(person.timeZone, dayStart);
  const add = (at: number, happening: Happening, client?: Client): void => {
    drafts.push({ at, caller: personCalling(person, at, timeline, client), ...happening });
  };
  const sometime = (): number => opening + random.whole(10 * 60_000, officeHours * hour);

  add(opening + random.whole(0, hour), {
    eventType: 'user-login',
    eventMetadata: { organizationId: organisation.id, authProvider: person.authMethod },
  });
  // The few who look in at a weekend do one thing and leave.
  const energy = isWeekend(dayStart) ? 0.25 : 1;
  for (let left = random.near(person.looksPerDay * energy); left > 0; left -= 1) {
    lookUp(person, sometime(), timeline, random, add);
  }
  for (let left = random.near(person.cliRunsPerDay * energy); left > 0; left -= 1) {
    const at = sometime();
    add(at, readFolder(placeFor(person, 'dev', random), at, timeline), clients.cli);
  }
  for (let left = random.near(person.changesPerDay * energy); left > 0; left -= 1) {
    const at = sometime();
    add(at, changeBy(person, at, random));
  }
  if (!person.mayReadProduction && random.chance(0.05)) {
    const place = placeFor({ ...person, mayReadProduction: true }, 'prod', random);
    add(sometime(), denied(place, 'readValue', random.chance(0.4) ? random.whole(1, 12) : 0));
  }
  if (person.readsAuditLogs) readAuditLogs(sometime(), random, add);
  return drafts;
}

type Add = (at: number, happening: Happening, client?: Client) => void;

function worksOn(person: Person, dayStart: number, timeline: Timeline, random: Random): boolean {
  const atWork = random.chance(isWeekend(dayStart) ? 0.05 : 0.92);
  const left = person.leftDaysAgo;
  return atWork && (left === undefined || dayStart < startOfDay(timeline.daysAgo(left)));
}

/** Opens a folder in the dashboard and uncovers a few of its values. */
function lookUp(person: Person, start: number, timeline: Timeline, random: Random, add: Add): void {
  const place = placeFor(person, random.pick(['dev', 'staging', 'prod', 'prod']), random);
  add(start, listFolder(place, start, timeline));
  let at = start;
  for (let left = random.whole(1, 3); left > 0; left -= 1) {
    at += random.whole(2_000, 40_000);
    const secret = anySecret(place, random);
    add(at, oneSecret('dashboard-get-secret-value', place, secret));
    if (random.chance(0.06)) {
      // Infisical names no folder here: only the secret and its version.
      add(at + 4_000, {
        eventType: 'dashboard-get-secret-version-value',
        eventMetadata: { secretId: secret.id, version: Math.max(1, secret.version - 1) },
        project: place.project,
      });
    }
  }
  const rotation = rotationIn(place);
  if (rotation && random.chance(0.2)) {
    const { rotationId, type } = rotation;
    const metadata = { rotationId, type };
    add(at + 6_000, inPlace('get-secret-rotation-generated-credentials', place, metadata));
  }
  if (place.folder.path === '/warehouse' && random.chance(0.5)) {
    const leaseId = fixedId(`lease/${person.email}/${at}`);
    const dynamicSecretName = 'warehouse-read-only';
    add(at + 9_000, inPlace('create-dynamic-secret-lease', place, { dynamicSecretName, leaseId }));
  }
}

function rotationIn({ project, environment, folder }: Place): Rotation | undefined {
  return rotations.find(
    (rotation) =>
      rotation.project === project.slug &&
      rotation.environment === environment &&
      rotation.secretPath === folder.path,
  );
}

function changeBy(person: Person, at: number, random: Random): Happening {
  const place = placeFor(person, random.pick(['dev', 'dev', 'staging', 'prod']), random);
  const secret = anySecret(place, random);
  const kind = random.next();
  if (kind < 0.5) return oneSecret('update-secret', place, secret);
  if (kind < 0.64) return manySecrets('update-secrets', place, place.folder.secrets.slice(0, 3));
  if (kind < 0.78) return oneSecret('create-secret', place, formerly(secret));
  if (kind < 0.83) {
    const copies = place.folder.secrets.slice(0, 2).map(formerly);
    return manySecrets('create-secrets', place, copies);
  }
  if (kind < 0.9) return oneSecret('delete-secret', place, formerly(secret));
  if (kind < 0.94) return reminderFor(secret, person, at, random);
  if (kind < 0.97) {
    const folderName = random.pick(['archive', 'experiments', 'next-release']);
    const { project, environment, folder } = place;
    const folderPath = folder.path;
    const folderId = fixedId(`folder/${project.slug}/${environment}${folderPath}/${folderName}`);
    return {
      eventType: 'create-folder',
      eventMetadata: { environment, folderId, folderName, folderPath },
      project,
    };
  }
  const former = place.folder.secrets.slice(0, 2).map(formerly);
  return manySecrets('delete-secrets', place, former);
}

/** Copies kept for a while under another name, so that no secret in use is ever deleted. */
function formerly({ id, key }: Secret): Secret {
  return { id: fixedId(`former/${id}`), key: `${key}_OLD`, version: 1 };
}

/** Infisical writes reminders at the organisation, without a project. */
function reminderFor(secret: Secret, person: Person, at: number, random: Random): Happening {
  const repeatDays = random.pick([30, 90, 180]);
  return {
    eventType: 'create-secret-reminder',
    eventMetadata: {
      secretId: secret.id,
      message: `Renew ${secret.key} with its provider`,
      repeatDays,
      nextReminderDate: new Date(at + repeatDays * day).toISOString(),
      recipients: [person.userId],
    },
  };
}

function readAuditLogs(start: number, random: Random, add: Add): void {
  for (let left = random.whole(1, 4), at = start; left > 0; left -= 1) {
    add(at, { eventType: 'view-audit-logs', eventMetadata: { limit: 20 } });
    at += random.whole(5_000, 90_000);
  }
}

function placeFor(person: Person, wished: Environment, random: Random): Place {
  // Two of three visits go to the project one mostly works on.
  const slug = random.chance(0.66) ? person.projects[0] : random.pick(person.projects);
  if (!slug) throw new Error(`${person.email} belongs to no project.`);
  const environment = wished === 'prod' && !person.mayReadProduction ? 'staging' : wished;
  const project = projectOf(slug);
  return { project, environment, folder: random.pick(project.folders[environment]) };
}
