import type { Random } from './random';

/** An audit event as Infisical streams it. Everything but the identity may be missing in real life. */
export interface FlatEvent {
  id: string;
  actor: string;
  actorMetadata?: Record<string, unknown>;
  ipAddress?: string;
  eventType: string;
  eventMetadata?: Record<string, unknown>;
  userAgent?: string;
  userAgentType?: string;
  createdAt: string;
  orgId: string;
  projectId?: string;
  projectName?: string;
  expiresAt?: string;
}

export const orgA = '0a000000-0000-4000-8000-00000000000a';
export const orgB = '0b000000-0000-4000-8000-00000000000b';
export const orgC = '0c000000-0000-4000-8000-00000000000c';
/** An identity that settings name as a collector in the tests of exclusions. */
export const collectorId = 'c0000000-0000-4000-8000-0000000000c0';

let made = 0;

/** One plain read; name what the test is about. */
export const readEvent = (parts: Partial<FlatEvent> = {}): FlatEvent => ({
  id: `e0000000-0000-4000-8000-${(++made).toString(16).padStart(12, '0')}`,
  actor: 'identity',
  actorMetadata: { identityId: 'identity-1', name: 'ci-runner', authMethod: 'universal-auth' },
  ipAddress: '10.0.0.7',
  eventType: 'get-secret',
  eventMetadata: { environment: 'prod', secretPath: '/app', secretKey: 'DATABASE_URL' },
  userAgent: 'cli',
  userAgentType: 'cli',
  createdAt: '2026-03-14T12:00:00.000Z',
  orgId: orgA,
  projectId: 'project-a',
  ...parts,
});

/** Text that breaks programs: separators, quotes, escapes, other scripts, look-alikes of our own syntax. */
export const nastyTexts = [
  'plain',
  'a,b',
  'say "hi"',
  "o'hara",
  'a=b',
  'back\\slash',
  'trailing\\',
  'ümlaut',
  '😀 robot',
  'مرحبا بالعالم',
  'e\u0301 combining',
  'é composed',
  'line\nbreak',
  'carriage\r\nreturn',
  'tab\tbed',
  ' ',
  '{p0:String}',
  "'; DROP TABLE secret_insights.infisical_events; --",
  '\\N',
  'NULL',
  '=1+1',
  'other',
  'Unknown',
  '100%_like',
  'zero\u0000byte',
] as const;

interface Actor {
  actor: string;
  actorMetadata?: Record<string, unknown>;
}

const users: readonly Actor[] = [
  user({ userId: 'u1', email: 'ann@example.com', username: 'ann', authMethod: 'email' }),
  user({ userId: 'u2', email: 'bob@example.com', username: 'bob', authMethod: 'oidc' }),
  user({ userId: 'u3', username: 'only-username', authMethod: 'okta-saml' }),
  user({ userId: 'u4', authMethod: 'google' }),
  user({ email: 'no-id@example.com', authMethod: 'ldap' }),
  user({ username: 'no-id-no-mail' }),
  user({ email: '', username: '', userId: 'u7', authMethod: '' }),
  user({ userId: 'u8', email: 'passkey@example.com', authMethod: 'passkey, "new"' }),
  user({ userId: 'u9', email: 'odd@example.com', authMethod: 'universal-auth' }),
  user({ userId: 10, email: null, username: ['list'], authMethod: 7 }),
  user({}),
  { actor: 'user' },
];

const machines: readonly Actor[] = [
  identity({ identityId: 'i1', name: 'twin', authMethod: 'universal-auth' }),
  identity({ identityId: 'i2', name: 'twin', authMethod: 'oidc-auth' }),
  identity({ identityId: 'i3', name: 'k8s', authMethod: 'kubernetes-auth' }),
  identity({ identityId: 'i4', authMethod: 'spiffe-auth' }),
  identity({ name: 'nameless id', authMethod: 'oidc' }),
  identity({ identityId: 'i6', name: 'before recording' }),
  identity({ identityId: 'i7', name: 'newer method', authMethod: 'brand-new-auth' }),
  identity({ identityId: collectorId, name: 'secret-insights', authMethod: 'universal-auth' }),
  identity({}),
  { actor: 'service', actorMetadata: { serviceId: 's1', name: 'ci' } },
  { actor: 'service', actorMetadata: { serviceId: 's2' } },
  { actor: 'service', actorMetadata: { serviceId: collectorId, name: 'not a collector' } },
  { actor: 'kmipClient', actorMetadata: { clientId: 'k1', name: 'kmip' } },
  { actor: 'kmipServer', actorMetadata: { kmipServerId: 'k2' } },
  { actor: 'acmeProfile', actorMetadata: { profileId: 'a1' } },
  { actor: 'acmeAccount', actorMetadata: { accountId: 'a2' } },
  { actor: 'gateway', actorMetadata: { gatewayId: 'g1' } },
  { actor: 'relay', actorMetadata: { relayId: 'r1' } },
  { actor: 'platform', actorMetadata: {} },
  { actor: 'scimClient', actorMetadata: {} },
  { actor: 'unknownUser', actorMetadata: {} },
  { actor: 'agentVaultProxy', actorMetadata: { name: 'proxy' } },
  ...nastyTexts.map((name, index) => identity({ identityId: `nasty-${index}`, name })),
];

function user(actorMetadata: Record<string, unknown>): Actor {
  return { actor: 'user', actorMetadata };
}

function identity(actorMetadata: Record<string, unknown>): Actor {
  return { actor: 'identity', actorMetadata };
}

/** Two orgs; two projects share a name; one is never named; '' is the organisation itself. */
export const projects: readonly { orgId: string; projectId?: string; projectName?: string }[] = [
  { orgId: orgA, projectId: 'project-a', projectName: 'Payments' },
  { orgId: orgA, projectId: 'project-b', projectName: 'A, "B" = \\C\nD 😀' },
  { orgId: orgB, projectId: 'project-c', projectName: 'Payments' },
  { orgId: orgB, projectId: 'project-d' },
  { orgId: orgA, projectId: '' },
  { orgId: orgB },
];

const bulk = (random: Random) => ({
  environment: random.pick(environments),
  secretPath: random.pick(paths),
  numberOfSecrets: random.below(300),
});
const single = (random: Random) => ({
  environment: random.pick(environments),
  secretPath: random.pick(paths),
  secretKey: random.pick(keys),
  secretId: random.uuid(),
  secretVersion: 1 + random.below(5),
  tags: { owner: random.pick(nastyTexts), rotated: random.chance(0.5) },
});
const several = (random: Random) => ({
  environment: random.pick(environments),
  secretPath: random.pick(paths),
  secrets: [{ secretKey: random.pick(keys) }, { secretKey: random.pick(keys) }],
});
const nothing = () => ({});

/** The listed types with believable metadata; reads come first and most often. */
const kinds: readonly [string, (random: Random) => Record<string, unknown>][] = [
  ['get-secrets', bulk],
  ['get-secret', single],
  ['dashboard-get-secret-value', single],
  ['dashboard-get-secret-version-value', (random) => ({ secretId: random.uuid() })],
  ['get-secret-rotation-generated-credentials', (random) => ({ rotationId: random.uuid() })],
  ['create-dynamic-secret-lease', bulk],
  ['create-secret', single],
  ['create-secrets', several],
  ['update-secret', single],
  ['update-secrets', several],
  ['delete-secret', single],
  ['delete-secrets', several],
  ['reveal-secret', single],
  ['dashboard-list-secrets', bulk],
  ['permission-denied', (random) => ({ ...single(random), suppressedRepeats: random.below(9) })],
  ['permission-denied', nothing],
  ['user-login', nothing],
  ['login-identity-universal-auth', nothing],
  ['login-identity-universal-auth-failed', nothing],
  ['create-folder', (random) => ({ environment: 7, folderName: random.pick(nastyTexts) })],
  ['create-secret-reminder', (random) => ({ secretId: random.uuid(), status: 'failed' })],
];

export const environments = ['prod', 'dev', 'staging', 'prod,eu', 'a"b', 'ünv 😀', ''] as const;
export const paths = [
  '/',
  '/app',
  '/app/db',
  '/app/db/replica',
  '/app*',
  '/app?[x]{y}(z)+$',
  '/ünï/😀',
  '/with,comma',
  "/quo'te",
  '/new\nline',
] as const;
export const keys = ['DATABASE_URL', 'API_KEY', 'api_key', 'A,B="C"', 'ÄÖ_😀', 'X\\Y'] as const;
const addresses = [
  '10.0.0.1',
  '10.255.255.255',
  '11.0.0.0',
  '192.168.1.77',
  '203.0.113.9',
  '2001:db8::1',
  '2001:db8:ffff::1',
  'fe80::1',
  '',
  'not-an-ip',
] as const;
const clients = [
  'web',
  'cli',
  'k8-operator',
  'terraform',
  'InfisicalNodeSDK',
  'other',
  '',
] as const;

/** Instants where calendars go wrong: midnight in UTC and zones, months' ends, a leap day, clock changes. */
export const edgeTimes = [
  '2024-02-28T23:59:59.999Z',
  '2024-02-29T00:00:00.000Z',
  '2024-02-29T23:59:59.999Z',
  '2024-03-01T00:00:00.000Z',
  '2025-11-02T03:59:59.999Z',
  '2025-11-02T05:30:00.000Z',
  '2025-11-02T06:30:00.000Z',
  '2025-11-03T05:00:00.000Z',
  '2025-12-31T23:59:59.999Z',
  '2026-01-01T00:00:00.000Z',
  '2026-02-28T18:29:59.999Z',
  '2026-02-28T18:30:00.000Z',
  '2026-02-28T23:59:59.999Z',
  '2026-03-01T00:00:00.000Z',
  '2026-03-01T04:59:59.999Z',
  '2026-03-01T05:00:00.000Z',
  '2026-03-08T06:59:59.999Z',
  '2026-03-08T07:00:00.000Z',
  '2026-03-09T03:59:59.999Z',
  '2026-03-09T04:00:00.000Z',
  '2026-03-11T23:59:59.999Z',
  '2026-03-12T00:00:00.000Z',
  '2026-03-15T00:00:00.000Z',
].map((iso) => Date.parse(iso));

/**
 * Events of every kind in no order. Days 2026-03-05 and 2026-03-06 stay empty: a gap that a chart has
 * to show as unknown.
 */
export function generateEvents(random: Random, count: number): FlatEvent[] {
  return Array.from({ length: count }, (_, index) => generateEvent(random, timeOf(random, index)));
}

function timeOf(random: Random, index: number): number {
  const edge = edgeTimes[index % 200];
  if (edge !== undefined) return edge;
  const from = Date.parse('2026-02-26T00:00:00Z');
  const time = from + random.below(Date.parse('2026-03-15T10:29:00Z') - from);
  const inGap =
    time >= Date.parse('2026-03-05T00:00:00Z') && time < Date.parse('2026-03-07T00:00:00Z');
  return inGap ? time - 3 * 86_400_000 : time;
}

function generateEvent(random: Random, time: number): FlatEvent {
  const [eventType, metadataOf] = random.chance(0.7)
    ? random.pick(kinds.slice(0, 6))
    : random.pick(kinds);
  // A few actors do most of the work, as everywhere.
  const actors = random.chance(0.4) ? users.slice(0, 3) : [...users, ...machines];
  return {
    id: random.uuid(),
    ...random.pick(actors),
    ...(random.chance(0.9) && { ipAddress: random.pick(addresses) }),
    eventType,
    ...(random.chance(0.97) && { eventMetadata: metadataOf(random) }),
    ...(random.chance(0.9) && {
      userAgent: random.pick(['cli', 'Mozilla/5.0 (X11)', ...nastyTexts]),
    }),
    ...(random.chance(0.95) && { userAgentType: random.pick(clients) }),
    createdAt: new Date(time).toISOString(),
    ...random.pick(projects),
  };
}

/** A day of attempts of a few rotations, some failing at the end, some recovered, some never failed. */
export function generateRotations(random: Random, rotations: number): FlatEvent[] {
  return Array.from({ length: rotations }, (_, index) => {
    const place = random.pick(projects.slice(0, 4));
    const rotationId = random.uuid();
    const attempt = (eventType: string, hour: number, eventMetadata: Record<string, unknown>) =>
      readEvent({
        id: random.uuid(),
        ...place,
        eventType,
        actor: 'platform',
        actorMetadata: {},
        createdAt: new Date(
          Date.parse('2026-03-01T00:00:00Z') + hour * 3_600_000 + index,
        ).toISOString(),
        eventMetadata: { rotationId, ...eventMetadata },
      });
    const named = (eventType: string, hour: number) =>
      attempt(eventType, hour, {
        name: `${random.pick(nastyTexts)} ${hour}`,
        environment: random.pick(environments),
        secretPath: random.pick(paths),
      });
    return [
      ...(random.chance(0.7) ? [named('create-secret-rotation', -800)] : []),
      ...(random.chance(0.3) ? [named('update-secret-rotation', 20)] : []),
      ...Array.from({ length: 1 + random.below(6) }, (__, step) =>
        attempt(
          'secret-rotation-rotate-secrets',
          step * 9,
          random.chance(0.6)
            ? { status: 'failed', message: random.pick(nastyTexts) }
            : { status: 'success' },
        ),
      ),
    ];
  }).flat();
}
