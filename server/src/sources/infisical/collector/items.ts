import type { InventoryItem } from '../../../store/inventory/item';
import type { Project, Rotation, Secret } from '../api/questions';

/** What is kept of a secret: never its value. */
export const secretItem = (secret: Secret, environment: string): InventoryItem => ({
  kind: 'secret',
  id: secret.id,
  name: secret.secretKey,
  environment,
  secretPath: secret.secretPath,
  type: secret.type,
  createdAt: secret.createdAt,
  updatedAt: secret.updatedAt,
  rotationId: secret.rotationId,
  versions: secret.version ?? null,
  comment: secret.secretComment,
});

export const environmentItem = ({
  id,
  name,
  slug,
}: Project['environments'][number]): InventoryItem => ({
  kind: 'environment',
  id,
  name: slug,
  environment: slug,
  attributes: { title: name },
});

export const rotationItem = (rotation: Rotation): InventoryItem => ({
  kind: 'rotation',
  id: rotation.id,
  name: rotation.name,
  environment: rotation.environment.slug,
  secretPath: rotation.folder.path,
  type: rotation.type,
  state: rotation.rotationStatus,
  createdAt: rotation.createdAt,
  updatedAt: rotation.updatedAt,
  lastRotatedAt: rotation.lastRotatedAt,
  lastAttemptAt: rotation.lastRotationAttemptedAt,
  nextRotationAt: rotation.nextRotationAt,
  rotationInterval: wholeDays(rotation.rotationInterval),
  isAutoRotated: rotation.isAutoRotationEnabled ?? null,
  secretKeys: Object.values(rotation.secretsMapping ?? {}).filter(
    (key): key is string => typeof key === 'string',
  ),
  message: rotation.lastRotationMessage,
  attributes: {
    interval_days: rotation.rotationInterval ?? null,
    rotate_at_utc: rotation.rotateAtUtc ?? null,
    connection: rotation.connection?.name ?? null,
    connection_app: rotation.connection?.app ?? null,
  },
});

const wholeDays = (days: number | null | undefined): number | null =>
  days === null || days === undefined || days < 0 ? null : Math.round(days);
