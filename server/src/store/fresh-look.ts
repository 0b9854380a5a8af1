/**
 * Looks that several share: each caller gets one that began after it asked, and of those that ask while
 * one is under way all get the next.
 */
export class FreshLook {
  readonly #look: () => Promise<void>;
  #current: Promise<void> = Promise.resolve();
  #next: Promise<void> | null = null;

  constructor(look: () => Promise<void>) {
    this.#look = look;
  }

  readonly take = async (): Promise<void> => {
    this.#next ??= this.#afterCurrent();
    await this.#next;
  };

  async #afterCurrent(): Promise<void> {
    await this.#current.catch(() => undefined);
    this.#current = this.#look();
    this.#next = null;
    await this.#current;
  }
}
