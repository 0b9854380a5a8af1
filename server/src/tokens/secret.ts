import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits, as text that fits into an address and a header. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/** A token of the API; its beginning says what it is, where it is found by mistake. */
export const newToken = (): string => `si_${newSecret()}`;

/** A secret is 256 random bits, so a plain hash is enough to keep it by: there is nothing to guess. */
export const hashOf = (secret: string): string =>
  createHash('sha256').update(secret, 'utf8').digest('hex');
