import { createHash } from 'node:crypto';

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** A UUID made of a text, the same one at every time and place. */
export function uuidOf(text: string): string {
  const digits = createHash('md5').update(text).digest('hex');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/**
 * An organisation as events name it. Infisical's have UUIDs; the accounts of vendors that have none get
 * one made from their id, so that one column holds both.
 */
export const orgId = (org: string): string => (uuid.test(org) ? org.toLowerCase() : uuidOf(org));
