import type { InventoryItem } from '../../store/inventory/item';
import type { Members } from './text-line';
import { dateIn, flagIn, listIn, membersIn, numberIn, textIn } from './values';

/** What list-items answers for. */
export const itemKinds = ['secret', 'dynamic-secret', 'rotation', 'certificate', 'issuer'] as const;

/** `STATIC_SECRET` and `static-secret` are one type, as usage reports spell it. */
const typeOf = (value: unknown): string =>
  textIn(value)
    .toLowerCase()
    .replace(/[-\s]+/g, '_');

function kindOf(type: string): (typeof itemKinds)[number] {
  if (type.startsWith('dynamic')) return 'dynamic-secret';
  if (type.endsWith('issuer')) return 'issuer';
  return type === 'certificate' ? 'certificate' : 'secret';
}

/** An item of Akeyless; a rotated one is also the rotation that writes it. */
export function inventoryItems(item: Members): InventoryItem[] {
  const id = textIn(item.item_id) || textIn(item.display_id) || textIn(item.item_name);
  if (id === '') return [];
  const type = typeOf(item.item_type);
  const kind = kindOf(type);
  const details = membersIn(membersIn(item.item_general_info).rotated_secret_details);
  const isRotated = type.startsWith('rotated') || Object.keys(details).length > 0;
  const common = {
    id,
    ...placeOf(textIn(item.item_name)),
    createdAt: dateIn(item.creation_date),
    updatedAt: dateIn(item.modification_date),
  };
  const secret: InventoryItem = {
    ...common,
    kind,
    type,
    state: textIn(item.item_state),
    usedAt: dateIn(item.access_date),
    lastRotatedAt: dateIn(item.last_rotation_date),
    nextRotationAt: dateIn(item.next_rotation_date),
    isAutoRotated: flagIn(item.auto_rotate),
    rotationId: isRotated ? id : '',
    versions: numberIn(item.last_version),
    comment: textIn(item.item_metadata),
    attributes: {
      sub_type: textIn(item.item_sub_type),
      display_id: textIn(item.display_id),
      tags: listIn(item.item_tags).map(textIn),
      is_enabled: flagIn(item.is_enabled),
      delete_protection: flagIn(item.delete_protection),
      protection_key: textIn(item.protection_key_name),
      size: numberIn(item.item_size),
    },
  };
  return isRotated ? [secret, rotationOf(item, details, common)] : [secret];
}

function rotationOf(
  item: Members,
  details: Members,
  common: Pick<InventoryItem, 'id' | 'name' | 'secretPath' | 'createdAt' | 'updatedAt'>,
): InventoryItem {
  const interval = numberIn(item.rotation_interval);
  const isInMinutes = flagIn(details.rotation_interval_min) === true;
  return {
    ...common,
    kind: 'rotation',
    type: textIn(details.rotator_type),
    state: textIn(details.rotator_status),
    message: textIn(details.last_rotation_error),
    secretKeys: [common.name],
    lastRotatedAt: dateIn(item.last_rotation_date),
    nextRotationAt: dateIn(item.next_rotation_date),
    isAutoRotated: flagIn(item.auto_rotate),
    // The column is in whole days; an interval in minutes stands beside it.
    rotationInterval: interval === null || isInMinutes ? null : Math.round(interval),
    attributes: {
      rotation_hour: numberIn(details.rotation_hour),
      ...(isInMinutes && { rotation_interval_minutes: interval }),
    },
  };
}

export function authMethodItem(method: Members): InventoryItem[] {
  const id = textIn(method.auth_method_access_id);
  if (id === '') return [];
  const access = membersIn(method.access_info);
  return [
    {
      kind: 'auth-method',
      id,
      ...placeOf(textIn(method.auth_method_name)),
      type: textIn(access.rules_type),
      state: flagIn(method.is_approved) === false ? 'not approved' : '',
      createdAt: dateIn(method.creation_date),
      updatedAt: dateIn(method.modification_date),
      usedAt: dateIn(method.access_date),
      attributes: {
        product_types: listIn(access.product_types).map(textIn),
        access_expires: dateIn(access.access_expires),
      },
    },
  ];
}

/** `/folder/name` as folder and name; a name without a folder is in the root. */
function placeOf(name: string): { name: string; secretPath: string } {
  const slash = name.lastIndexOf('/');
  return { name: name.slice(slash + 1), secretPath: name.slice(0, Math.max(0, slash)) || '/' };
}
