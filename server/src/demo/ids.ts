import { createHash } from 'node:crypto';

import type { Random } from './random';

/** The same name always gives the same UUID (version 5), so the made-up organisation never changes. */
export function fixedId(name: string): string {
  const bytes = createHash('sha1').update(`harbour-and-finch/${name}`).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return dashed(hex);
}

/** Infisical's event ids are version 7: 48 bits of milliseconds, the rest random. */
export function eventId(at: number, random: Random): string {
  const time = at.toString(16).padStart(12, '0');
  const version = (0x7000 | (random.bits() >>> 20)).toString(16);
  const variant = ((random.bits() >>> 2) | 0x80000000) >>> 0;
  return dashed(time + version + eightHexDigits(variant) + eightHexDigits(random.bits()));
}

function eightHexDigits(value: number): string {
  return value.toString(16).padStart(8, '0');
}

function dashed(hex: string): string {
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-');
}
