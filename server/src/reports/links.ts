import { createHmac, timingSafeEqual } from 'node:crypto';
import { Failure } from '../failure';

export const linkDays = 7;

/** Download links for mails: whoever has one may have the file, until it expires. */
export class Links {
  readonly #key: string;
  readonly #publicUrl: string | null;

  constructor(key: string, publicUrl: string | null) {
    this.#key = key;
    this.#publicUrl = publicUrl;
  }

  /** Null without an address that people reach. */
  make(run: string, file: string, now: number): string | null {
    if (this.#publicUrl === null) return null;
    const expires = Math.floor(now / 1_000) + linkDays * 86_400;
    const signature = this.#sign(run, file, String(expires));
    return `${this.#publicUrl}/d/${encodeURIComponent(run)}/${encodeURIComponent(file)}?e=${expires}&s=${signature}`;
  }

  /** @throws Failure where the link is not ours, or has expired. */
  check(
    { run, file, expires, signature }: Record<'run' | 'file' | 'expires' | 'signature', string>,
    now: number,
  ): void {
    const right = Buffer.from(this.#sign(run, file, expires));
    const given = Buffer.from(signature);
    if (right.length !== given.length || !timingSafeEqual(right, given)) {
      throw new Failure('not-allowed', 'This download link is not valid: copy it whole.');
    }
    if (Number(expires) * 1_000 <= now) {
      throw new Failure('not-allowed', 'This download link has expired: ask for the report again.');
    }
  }

  #sign(run: string, file: string, expires: string): string {
    return createHmac('sha256', this.#key)
      .update(JSON.stringify([run, file, expires]))
      .digest('base64url');
  }
}
