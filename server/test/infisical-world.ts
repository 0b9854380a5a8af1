import { randomUUID } from 'node:crypto';

/** A secret as the stand-in keeps it: always with its value, which is shown or not. */
export interface StandInSecret {
  id: string;
  type: 'shared' | 'personal';
  version: number;
  secretKey: string;
  secretValue: string;
  secretComment: string;
  secretPath: string;
  createdAt: string;
  updatedAt: string;
  isRotatedSecret: boolean;
  rotationId: string | null;
}

export interface StandInProject {
  id: string;
  name: string;
  slug: string;
  orgId: string;
  type?: string;
  environments: { id: string; name: string; slug: string; secrets: StandInSecret[] }[];
  rotations: Record<string, unknown>[];
  /** Taken from the identity: it is not listed, and asking for it is refused. */
  isHidden?: boolean;
  /** The identity may describe secrets, and not read their values. */
  hidesValues?: boolean;
  rotationsRefusedWith?: number;
}

/** An audit event in the shape of Infisical's API. */
export interface NestedEvent {
  id: string;
  createdAt: string;
  orgId: string;
  [member: string]: unknown;
}

export const organisation = '0a8f3f6e-1111-4222-8333-444455556666';

export const secret = (
  key: string,
  value: string,
  more: Partial<StandInSecret> = {},
): StandInSecret => ({
  id: `id-of-${key}`,
  type: 'shared',
  version: 1,
  secretKey: key,
  secretValue: value,
  secretComment: '',
  secretPath: '/',
  createdAt: '2026-01-10T00:00:00.000Z',
  updatedAt: '2026-02-10T00:00:00.000Z',
  isRotatedSecret: false,
  rotationId: null,
  ...more,
});

export const project = (
  slug: string,
  environments: Record<string, StandInSecret[]>,
  more: Partial<StandInProject> = {},
): StandInProject => ({
  id: `project-${slug}`,
  name: slug.toUpperCase(),
  slug,
  orgId: organisation,
  environments: Object.entries(environments).map(([name, secrets]) => ({
    id: `environment-${slug}-${name}`,
    name,
    slug: name,
    secrets,
  })),
  rotations: [],
  ...more,
});

export const rotation = (name: string, more: Record<string, unknown> = {}) => ({
  id: `rotation-${name}`,
  name,
  description: null,
  type: 'postgres-credentials',
  createdAt: '2026-01-05T00:00:00.000Z',
  updatedAt: '2026-03-05T00:00:00.000Z',
  rotationInterval: 30,
  rotateAtUtc: { hours: 4, minutes: 30 },
  rotationStatus: 'success',
  lastRotationAttemptedAt: '2026-03-05T04:30:00.000Z',
  lastRotatedAt: '2026-03-05T04:30:00.000Z',
  nextRotationAt: '2026-04-04T04:30:00.000Z',
  isAutoRotationEnabled: true,
  lastRotationMessage: null,
  connection: { app: 'postgres', id: 'c1', name: 'main-db' },
  environment: { id: 'e', name: 'Production', slug: 'prod' },
  folder: { id: 'f', path: '/db' },
  secretsMapping: { username: 'DB_USER', password: 'DB_PASSWORD' },
  ...more,
});

/** A read by somebody at an instant. */
export const auditLog = (createdAt: number, more: Record<string, unknown> = {}): NestedEvent => ({
  id: randomUUID(),
  ipAddress: '10.0.0.1',
  userAgent: 'curl',
  userAgentType: 'other',
  expiresAt: null,
  createdAt: new Date(createdAt).toISOString(),
  updatedAt: new Date(createdAt).toISOString(),
  orgId: organisation,
  projectId: 'project-shop',
  projectName: 'SHOP',
  event: { type: 'get-secrets', metadata: { environment: 'prod', secretPath: '/' } },
  actor: { type: 'identity', metadata: { identityId: 'identity-of-others', name: 'app' } },
  ...more,
});

/** Two projects with copies inside and across them, and what is no copy although it looks like one. */
export const projectsWithCopies = (): StandInProject[] => [
  project('shop', {
    prod: [
      secret('A', 'same-1'),
      secret('B', 'same-1', { secretPath: '/b' }),
      secret('C', 'own-1'),
      secret('EMPTY', ''),
      secret('REF', '${A}'),
      secret('MINE', 'same-1', { type: 'personal' }),
    ],
    dev: [
      secret('D', 'same-1', { id: 'd' }),
      secret('E', 'same-2'),
      secret('EMPTY', '', { id: 'e2' }),
      secret('REF', '${A}', { id: 'r2' }),
    ],
  }),
  project('pay', { prod: [secret('F', 'same-2'), secret('G', 'same-3'), secret('H', 'same-3')] }),
];
