import type { EventTable, Vendor } from '../../store/vendor';
import {
  accessLogEvents,
  actorKind,
  authMethodLabel,
  eventClass,
  isByIdentity,
  isSystemAction,
  mayHaveAuthMethod,
  readEvents,
} from './labels';
import { itemFailed } from './item-states';
import { rotationAttempts, rotationNames } from './rotations';

/** Infisical as the store and the insights need to know it. */
export const infisical = (tables: readonly EventTable[]): Vendor => ({
  name: 'infisical',
  tables,
  readEvents,
  accessLogEvents,
  authMethodLabel,
  mayHaveAuthMethod,
  eventClass,
  actorKind,
  isSystemAction,
  isByIdentity,
  rotationAttempts,
  rotationNames,
  itemFailed,
});
