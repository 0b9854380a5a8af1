import { bind, sql } from '../../store/sql';
import type { Sql } from '../../store/sql';
import type { EventTable, Vendor } from '../../store/vendor';
import { accessTypeLabels, actions, itemWrites } from './actions';

const detail = (...path: string[]): Sql =>
  path.length === 1
    ? sql`JSONExtractString(stored.event_metadata, ${bind.text(path[0] ?? '')})`
    : sql`JSONExtractString(stored.event_metadata, ${bind.text(path[0] ?? '')}, ${bind.text(path[1] ?? '')})`;

/** The record names a rotated item by its whole name, and nothing else identifies it. */
const itemName = detail('item_name');

/** Akeyless as the store and the insights need to know it. */
export const akeyless = (
  tables: readonly EventTable[],
  { systemActions }: { systemActions: readonly string[] },
): Vendor => ({
  name: 'akeyless',
  tables,
  readEvents: actions.read,
  accessLogEvents: [...actions.read, ...itemWrites],
  authMethodLabel: sql`if(stored.auth_method = '', 'Unknown', transform(stored.auth_method,
    ${bind.texts(Object.keys(accessTypeLabels))}, ${bind.texts(Object.values(accessTypeLabels))}, stored.auth_method))`,
  mayHaveAuthMethod: (labels) =>
    sql`stored.auth_method IN ${bind.texts([
      ...Object.entries(accessTypeLabels)
        .filter(([, label]) => labels.includes(label))
        .map(([type]) => type),
      ...(labels.includes('Unknown') ? [''] : []),
      ...labels,
    ])}`,
  eventClass: sql`multiIf(
    stored.event IN ${bind.texts([...actions.read, ...actions.list])}, 'data-access',
    stored.event IN ${bind.texts(actions.authentication)}, 'authentication',
    stored.event IN ${bind.texts(actions.authorization)}, 'authorization',
    'management')`,
  actorKind: sql`multiIf(stored.actor_type = 'user', 'human', stored.actor_type = 'system', 'system', 'machine')`,
  isSystemAction: sql`(stored.actor_type = 'system' OR stored.event IN ${bind.texts(systemActions)})`,
  isByIdentity: (ids) =>
    sql`stored.actor_type = 'identity' AND stored.actor_id IN ${bind.texts(ids)}`,
  rotationAttempts: {
    events: actions.rotate,
    rotationId: itemName,
    failed: sql`JSONExtractUInt(stored.event_metadata, 'status') >= 400`,
    message: detail('error'),
  },
  rotationNames: {
    events: actions.rotate,
    rotationId: itemName,
    name: sql`arrayElement(splitByChar('/', ${itemName}), -1)`,
    environment: sql`''`,
    secretPath: detail('item_folder'),
  },
  // What is neither well nor new wants a look, also a word that is not known here.
  itemFailed: sql`(stored.kind = 'rotation' AND stored.state NOT IN ('', 'RotationSucceeded', 'RotationInitialStatus'))`,
});
