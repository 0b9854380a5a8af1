import type { EventTable, Vendor } from '../../store/vendor';
import {
  accessLogEvents,
  actorKind,
  authMethodLabel,
  eventClass,
  isByIdentity,
  readEvents,
} from './labels';
import { rotationAttempts, rotationNames } from './rotations';

/** Infisical as the store and the insights need to know it. */
export const infisical = (tables: readonly EventTable[]): Vendor => ({
  name: 'infisical',
  tables,
  readEvents,
  accessLogEvents,
  authMethodLabel,
  eventClass,
  actorKind,
  isByIdentity,
  rotationAttempts,
  rotationNames,
});
