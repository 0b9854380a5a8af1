import { createHmac } from 'node:crypto';

/** `${KEY}` or `${env.folder.KEY}`: the value of another secret, and none of its own. */
const reference = /\$\{[^{}]+\}/;

export const isReference = (value: string): boolean => reference.test(value);

const hmac = (key: Buffer, text: string): Buffer =>
  createHmac('sha256', key).update(text, 'utf8').digest();

/** Names a key without telling anything about it. */
export const fingerprintOf = (key: Buffer): string =>
  hmac(key, 'secret-insights digest key').toString('hex').slice(0, 16);

/** Digests of values in one organisation: equal values have equal ones, and nothing else can be read from them. */
export class Digester {
  readonly keyId: string;
  readonly #key: Buffer;

  constructor(key: Buffer, orgId: string) {
    this.keyId = fingerprintOf(key);
    // A key of its own for each organisation, so that values cannot be compared across them.
    this.#key = hmac(key, `secret-insights digests of ${orgId}`);
  }

  /** @returns null for a value that is empty or made of references, which nobody would call a copy. */
  digest(value: string): string | null {
    return value === '' || isReference(value) ? null : hmac(this.#key, value).toString('hex');
  }
}
