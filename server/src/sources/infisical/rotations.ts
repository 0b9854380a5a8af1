import { bind, sql } from '../../store/sql';
import type { Sql } from '../../store/sql';
import type { RotationAttempts, RotationNames } from '../../store/vendor';

const detail = (key: string): Sql =>
  sql`JSONExtractString(stored.event_metadata, ${bind.text(key)})`;

/** Infisical writes one for every attempt, also for those that it will try again. */
export const rotationAttempts: RotationAttempts = {
  events: ['secret-rotation-rotate-secrets'],
  rotationId: detail('rotationId'),
  failed: sql`${detail('status')} = 'failed'`,
  message: detail('message'),
};

/** An attempt carries only the id of its rotation; these carry the rest. */
export const rotationNames: RotationNames = {
  events: ['create-secret-rotation', 'update-secret-rotation'],
  rotationId: detail('rotationId'),
  name: detail('name'),
  environment: detail('environment'),
  secretPath: detail('secretPath'),
};
