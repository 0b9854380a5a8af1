export interface PoolOptions<T> {
  size: number;
  open: () => T;
  close: (connection: T) => Promise<void>;
}

/**
 * A few connections, each lent to one user at a time, first come first served. A connection on which
 * anything failed is closed and replaced, never lent again.
 */
export class Pool<T> {
  readonly #options: PoolOptions<T>;
  readonly #idle: T[] = [];
  readonly #waiting: ((connection: T) => void)[] = [];
  #open = 0;
  #closed = false;

  constructor(options: PoolOptions<T>) {
    this.#options = options;
  }

  /** @throws the signal's reason where the user left before a connection was free. */
  async use<R>(work: (connection: T) => Promise<R>, signal?: AbortSignal): Promise<R> {
    const connection = await this.#take(signal);
    try {
      const result = await work(connection);
      this.#give(connection);
      return result;
    } catch (error) {
      this.#open--;
      await this.#options.close(connection).catch(() => undefined);
      const next = this.#waiting.shift();
      if (next) next(this.#connect());
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#idle.splice(0).map((connection) => this.#options.close(connection)));
  }

  #connect(): T {
    const connection = this.#options.open();
    this.#open++;
    return connection;
  }

  async #take(signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    if (this.#closed) throw new Error('the pool is closed');
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    if (this.#open < this.#options.size) return this.#connect();
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        const place = this.#waiting.indexOf(enter);
        if (place >= 0) this.#waiting.splice(place, 1);
        reject(signal?.reason as Error);
      };
      const enter = (connection: T): void => {
        signal?.removeEventListener('abort', leave);
        resolve(connection);
      };
      this.#waiting.push(enter);
      signal?.addEventListener('abort', leave, { once: true });
    });
  }

  #give(connection: T): void {
    const next = this.#waiting.shift();
    if (next) next(connection);
    else if (this.#closed) void this.#options.close(connection);
    else this.#idle.push(connection);
  }
}
