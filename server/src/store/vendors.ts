import { bind, concat, join, sql } from './sql';
import type { Sql } from './sql';
import type { Vendor } from './vendor';

/**
 * Several vendors as the one that the store and the insights know: their tables side by side, their
 * lists of events together, and each label by the vendor of the event. Names of events are the vendors'
 * own and never the same, so a list needs no vendor beside it.
 */
export function combined(vendors: readonly [Vendor, ...Vendor[]]): Vendor {
  const byVendor = (expression: (vendor: Vendor) => Sql): Sql => {
    const [first, ...others] = vendors;
    if (others.length === 0) return expression(first);
    const cases = others.map(
      (vendor) => sql`stored.vendor = ${bind.text(vendor.name)}, ${expression(vendor)}, `,
    );
    return sql`multiIf(${concat(cases)}${expression(first)})`;
  };
  const together = (names: (vendor: Vendor) => readonly string[]): string[] =>
    vendors.flatMap((vendor) => [...names(vendor)]);
  return {
    name: vendors.map(({ name }) => name).join('+'),
    tables: vendors.flatMap(({ tables }) => [...tables]),
    readEvents: together((vendor) => vendor.readEvents),
    accessLogEvents: together((vendor) => vendor.accessLogEvents),
    authMethodLabel: byVendor((vendor) => vendor.authMethodLabel),
    mayHaveAuthMethod: (labels) => byVendor((vendor) => vendor.mayHaveAuthMethod(labels)),
    eventClass: byVendor((vendor) => vendor.eventClass),
    actorKind: byVendor((vendor) => vendor.actorKind),
    isSystemAction: byVendor((vendor) => vendor.isSystemAction),
    isByIdentity: (ids) =>
      join(
        vendors.map((vendor) => sql`(${vendor.isByIdentity(ids)})`),
        'or',
      ),
    rotationAttempts: {
      events: together(({ rotationAttempts }) => rotationAttempts.events),
      rotationId: byVendor(({ rotationAttempts }) => rotationAttempts.rotationId),
      failed: byVendor(({ rotationAttempts }) => rotationAttempts.failed),
      message: byVendor(({ rotationAttempts }) => rotationAttempts.message),
    },
    rotationNames: {
      events: together(({ rotationNames }) => rotationNames.events),
      rotationId: byVendor(({ rotationNames }) => rotationNames.rotationId),
      name: byVendor(({ rotationNames }) => rotationNames.name),
      environment: byVendor(({ rotationNames }) => rotationNames.environment),
      secretPath: byVendor(({ rotationNames }) => rotationNames.secretPath),
    },
    itemFailed: byVendor(({ itemFailed }) => itemFailed),
  };
}
