import type { Migration } from '../migrate';
import { events } from './0001-events';
import { rollups } from './0002-rollups';
import { audit } from './0003-audit';
import { inventory } from './0004-inventory';
import { digests } from './0005-digests';
import { reminders } from './0006-reminders';
import { akeylessEvents } from './0007-akeyless-events';
import { usage } from './0008-usage';
import { leaders } from './0009-leaders';
import { searchIndexes } from './0010-search-indexes';

/** In order. A new step gets the next number; what shipped never changes. */
export const migrations: readonly Migration[] = [
  events,
  rollups,
  audit,
  inventory,
  digests,
  reminders,
  akeylessEvents,
  usage,
  leaders,
  searchIndexes,
];
