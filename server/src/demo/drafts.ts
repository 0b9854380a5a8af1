/** What an event says, before it has an id. One function for each kind of event Infisical writes. */
import type { Timeline } from './calendar';
import type { Client } from './clients';
import type { Machine } from './machines';
import type { Environment, Folder, Project, Secret } from './organisation';
import type { Person } from './people';
import type { Random } from './random';

export interface Happening {
  readonly eventType: string;
  readonly eventMetadata: Record<string, unknown>;
  /** none: the organisation itself */
  readonly project?: Project;
}

export interface Caller {
  readonly actor: 'user' | 'identity' | 'service' | 'platform';
  readonly actorMetadata: Record<string, unknown>;
  readonly ip: string;
  readonly client: Client;
}

export interface Draft extends Happening {
  readonly at: number;
  readonly caller: Caller;
}

/** A folder of one environment, and the project it belongs to. */
export interface Place {
  readonly project: Project;
  readonly environment: Environment;
  readonly folder: Folder;
}

// Infisical tells the ids of the secrets in a folder read since its upgrade in this story.
const secretIdsSinceDaysAgo = 35;

export const platform: Caller = {
  actor: 'platform',
  actorMetadata: {},
  ip: '',
  client: { userAgent: '', userAgentType: '' },
};

export function personCalling(
  person: Person,
  at: number,
  timeline: Timeline,
  client: Client = { userAgent: person.browser, userAgentType: 'web' },
): Caller {
  const { userId, email, username, authMethod } = person;
  const known = isRecorded(person.authMethodSinceDaysAgo, at, timeline);
  return {
    actor: 'user',
    actorMetadata: { userId, email, username, ...(known ? { authMethod } : {}) },
    ip: person.ip,
    client,
  };
}

export function machineCalling(machine: Machine, at: number, timeline: Timeline): Caller {
  const { actor, id, name, ip, client } = machine;
  if (actor === 'service') return { actor, actorMetadata: { serviceId: id, name }, ip, client };
  const known = isRecorded(machine.authMethodSinceDaysAgo, at, timeline);
  const authMethod = known ? authMethodAt(machine, at, timeline) : undefined;
  const actorMetadata = { identityId: id, name, ...(authMethod ? { authMethod } : {}) };
  return { actor, actorMetadata, ip, client };
}

export function authMethodAt(machine: Machine, at: number, timeline: Timeline): string | undefined {
  let current: string | undefined;
  for (const { method, sinceDaysAgo } of machine.authMethods) {
    if (isRecorded(sinceDaysAgo, at, timeline)) current = method;
  }
  return current;
}

function isRecorded(sinceDaysAgo: number | undefined, at: number, timeline: Timeline): boolean {
  return sinceDaysAgo === undefined || at >= timeline.daysAgo(sinceDaysAgo);
}

export function readFolder(place: Place, at: number, timeline: Timeline): Happening {
  return folderListing('get-secrets', place, at, timeline);
}

export function listFolder(place: Place, at: number, timeline: Timeline): Happening {
  return folderListing('dashboard-list-secrets', place, at, timeline);
}

function folderListing(eventType: string, place: Place, at: number, timeline: Timeline): Happening {
  const { secretIds } = place.folder;
  const ids = isRecorded(secretIdsSinceDaysAgo, at, timeline) ? { secretIds } : {};
  return inPlace(eventType, place, { numberOfSecrets: secretIds.length, ...ids });
}

/** get-secret, dashboard-get-secret-value, create-, update- or delete-secret */
export function oneSecret(eventType: string, place: Place, secret: Secret): Happening {
  return inPlace(eventType, place, {
    secretId: secret.id,
    secretKey: secret.key,
    // The dashboard's event does not say which version was shown.
    ...(eventType === 'dashboard-get-secret-value' ? {} : { secretVersion: secret.version }),
  });
}

/** create-, update- or delete-secrets */
export function manySecrets(
  eventType: string,
  place: Place,
  secrets: readonly Secret[],
): Happening {
  return inPlace(eventType, place, {
    secrets: secrets.map(({ id, key, version }) => ({
      secretId: id,
      secretKey: key,
      secretVersion: version,
    })),
  });
}

export function denied(place: Place, action: string, suppressedRepeats: number): Happening {
  return inPlace('permission-denied', place, { subject: 'secrets', action, suppressedRepeats });
}

export function inPlace(
  eventType: string,
  { project, environment, folder }: Place,
  more: Record<string, unknown>,
): Happening {
  return { eventType, eventMetadata: { environment, secretPath: folder.path, ...more }, project };
}

export function anySecret(place: Place, random: Random): Secret {
  return random.pick(place.folder.secrets);
}
