/**
 * One thing that a secret manager holds, as a source reports it. Never a secret's value.
 * Times are epoch milliseconds; null or absent is unknown, which is not the same as 0 or false.
 */
export interface InventoryItem {
  /** secret, rotation, environment, folder, dynamic-secret, lease, sync, honey-token, auth-method, certificate, … */
  kind: string;
  /** The vendor's id, unique within source, project and kind. */
  id: string;
  /** Key of a secret, name of a rotation, slug of an environment. */
  name: string;
  environment?: string;
  secretPath?: string;
  /** The vendor's own word for what it is: `static_secret`, `postgres-credentials`, … */
  type?: string;
  /** The vendor's own word for how it is. */
  state?: string;
  createdAt?: number | null;
  updatedAt?: number | null;
  usedAt?: number | null;
  lastRotatedAt?: number | null;
  lastAttemptAt?: number | null;
  nextRotationAt?: number | null;
  /** Days. */
  rotationInterval?: number | null;
  isAutoRotated?: boolean | null;
  /** Of a secret: the rotation that writes it. */
  rotationId?: string;
  /** Of a rotation: the keys it writes. */
  secretKeys?: readonly string[];
  versions?: number | null;
  /** Error text of the vendor; sensitive. */
  message?: string;
  /** What people wrote beside a secret; sensitive. */
  comment?: string;
  attributes?: Readonly<Record<string, unknown>>;
}

/** The item as a row of texts, which is what the engine reads bodies as; '' is unknown. */
export const itemTexts = (item: InventoryItem): Record<string, string> => ({
  kind: item.kind,
  id: item.id,
  name: item.name,
  environment: item.environment ?? '',
  secret_path: item.secretPath ?? '',
  type: item.type ?? '',
  state: item.state ?? '',
  created_at: text(item.createdAt),
  updated_at: text(item.updatedAt),
  used_at: text(item.usedAt),
  last_rotated_at: text(item.lastRotatedAt),
  last_attempt_at: text(item.lastAttemptAt),
  next_rotation_at: text(item.nextRotationAt),
  rotation_interval: text(item.rotationInterval),
  is_auto_rotated: text(item.isAutoRotated),
  rotation_id: item.rotationId ?? '',
  secret_keys: JSON.stringify(item.secretKeys ?? []),
  versions: text(item.versions),
  message: item.message ?? '',
  comment: item.comment ?? '',
  attributes: JSON.stringify(item.attributes ?? {}),
});

const text = (value: number | boolean | null | undefined): string => String(value ?? '');
