import type { Migration } from '../migrate';
import { events } from './0001-events';
import { rollups } from './0002-rollups';
import { audit } from './0003-audit';
import { inventory } from './0004-inventory';

/** In order. A new step gets the next number; what shipped never changes. */
export const migrations: readonly Migration[] = [events, rollups, audit, inventory];
