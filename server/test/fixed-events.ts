/** A few events that never change, for answers that can be committed. */
export const fixedNow = Date.parse('2026-11-20T12:00:00.000Z');

const organisation = '0c0ffee0-0000-4000-8000-000000000001';
const payments = { projectId: '0c0ffee0-0000-4000-8000-0000000000a1', projectName: 'payments' };
const storefront = {
  projectId: '0c0ffee0-0000-4000-8000-0000000000a2',
  projectName: 'Store, "front"',
};

const ann = {
  actor: 'user',
  actorMetadata: {
    userId: 'u-ann',
    email: 'ann@example.test',
    username: 'ann',
    authMethod: 'email',
  },
};
const runner = {
  actor: 'identity',
  actorMetadata: { identityId: 'i-ci', name: 'ci-runner', authMethod: 'oidc-auth' },
};
const legacy = { actor: 'service', actorMetadata: { serviceId: 's-1', name: 'legacy =token' } };
const platform = { actor: 'platform', actorMetadata: {} };

interface Event {
  at: string;
  caller: { actor: string; actorMetadata: Record<string, unknown> };
  project?: typeof payments;
  eventType: string;
  eventMetadata: Record<string, unknown>;
  client?: string;
}

const secret = (environment: string, secretPath: string, secretKey: string) => ({
  environment,
  secretPath,
  secretKey,
  secretId: `id-of-${secretKey}`,
});
const rotation = { rotationId: 'r-postgres', environment: 'prod', secretPath: '/db' };

const events: Event[] = [
  {
    at: '2026-11-01T08:00:00.000Z',
    caller: ann,
    project: payments,
    eventType: 'create-secret-rotation',
    eventMetadata: { ...rotation, name: 'postgres-prod' },
  },
  {
    at: '2026-11-14T00:00:00.000Z',
    caller: runner,
    project: payments,
    eventType: 'get-secrets',
    eventMetadata: { environment: 'prod', secretPath: '/', numberOfSecrets: 12 },
  },
  {
    at: '2026-11-15T23:59:59.999Z',
    caller: runner,
    project: payments,
    eventType: 'get-secrets',
    eventMetadata: { environment: 'staging', secretPath: '/', numberOfSecrets: 9 },
  },
  {
    at: '2026-11-16T10:15:00.000Z',
    caller: ann,
    project: payments,
    eventType: 'get-secret',
    eventMetadata: secret('prod', '/db', 'POSTGRES_URL'),
    client: 'web',
  },
  {
    at: '2026-11-16T10:15:30.000Z',
    caller: ann,
    project: payments,
    eventType: 'get-secret',
    eventMetadata: secret('prod', '/db', 'POSTGRES_URL'),
    client: 'web',
  },
  {
    at: '2026-11-17T14:00:00.000Z',
    caller: legacy,
    project: storefront,
    eventType: 'get-secrets',
    eventMetadata: { environment: 'prod', secretPath: '/app', numberOfSecrets: 3 },
  },
  {
    at: '2026-11-18T14:00:00.000Z',
    caller: legacy,
    project: storefront,
    eventType: 'get-secret',
    eventMetadata: secret('dev', '/app', 'SESSION_KEY'),
  },
  {
    at: '2026-11-19T02:00:00.000Z',
    caller: platform,
    project: payments,
    eventType: 'secret-rotation-rotate-secrets',
    eventMetadata: { ...rotation, status: 'success' },
  },
  {
    at: '2026-11-20T02:00:00.000Z',
    caller: platform,
    project: payments,
    eventType: 'secret-rotation-rotate-secrets',
    eventMetadata: {
      ...rotation,
      status: 'failed',
      message: 'password authentication failed for user "rotator"',
    },
  },
  {
    at: '2026-11-20T03:00:00.000Z',
    caller: platform,
    project: payments,
    eventType: 'secret-rotation-rotate-secrets',
    eventMetadata: { ...rotation, status: 'failed', message: 'connection refused, twice =1' },
  },
  {
    at: '2026-11-20T09:30:00.000Z',
    caller: ann,
    eventType: 'permission-denied',
    eventMetadata: { suppressedRepeats: 4 },
    client: 'web',
  },
  {
    at: '2026-11-20T11:00:00.000Z',
    caller: runner,
    project: storefront,
    eventType: 'get-secrets',
    eventMetadata: { environment: 'prod', secretPath: '/zoë', numberOfSecrets: 1 },
  },
];

export const fixedEvents = events.map(
  ({ at, caller, project, eventType, eventMetadata, client = 'cli' }, index) => ({
    id: `0c0ffee0-0000-4000-9000-${String(index).padStart(12, '0')}`,
    orgId: organisation,
    ...project,
    ...caller,
    eventType,
    eventMetadata,
    ipAddress: '192.0.2.7',
    userAgent: 'made up',
    userAgentType: client,
    createdAt: at,
    updatedAt: at,
    expiresAt: '2027-11-20T00:00:00.000Z',
  }),
);
