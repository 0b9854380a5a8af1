import { randomUUID } from 'node:crypto';
import { now } from './start-api';

export const org = 'aaaaaaaa-0000-4000-8000-000000000001';
export const payments = { id: 'bbbbbbbb-0000-4000-8000-000000000001', name: 'Payments' };
export const search = { id: 'bbbbbbbb-0000-4000-8000-000000000002', name: 'Search, "new"' };

/** One audit event as Infisical streams it: a read of a secret, unless said otherwise. */
export const event = (over: Record<string, unknown> = {}): Record<string, unknown> => ({
  id: randomUUID(),
  actor: 'identity',
  actorMetadata: {
    identityId: 'cccccccc-0000-4000-8000-000000000001',
    name: 'ci-runner',
    authMethod: 'kubernetes-auth',
  },
  ipAddress: '10.1.2.3',
  eventType: 'get-secret',
  eventMetadata: {
    environment: 'prod',
    secretPath: '/app',
    secretKey: 'STRIPE_KEY',
    secretId: 's1',
  },
  userAgent: 'infisical-cli',
  userAgentType: 'cli',
  createdAt: new Date(now - 3_600_000).toISOString(),
  orgId: org,
  projectId: payments.id,
  projectName: payments.name,
  ...over,
});

const hour = 3_600_000;

/** 300 reads over five days: a third by a person, every fourth in another environment, one in five of another project. */
export const someEvents = (): Record<string, unknown>[] =>
  Array.from({ length: 300 }, (_, index) =>
    event({
      createdAt: new Date(now - hour - (index % 120) * hour).toISOString(),
      ...(index % 3 === 0 && {
        actor: 'user',
        actorMetadata: {
          userId: 'u1',
          email: '=ada@example.org',
          username: 'ada',
          authMethod: 'email',
        },
        userAgentType: 'web',
      }),
      ...(index % 5 === 0 && { projectId: search.id, projectName: search.name }),
      eventMetadata: {
        environment: index % 4 === 0 ? 'dev' : 'prod',
        secretPath: index % 2 === 0 ? '/app/api' : '/other',
        secretKey: `KEY_${index % 7}`,
      },
    }),
  );
