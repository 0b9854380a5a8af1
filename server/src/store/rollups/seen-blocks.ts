/** First and last block number, both included. */
export type BlockRange = readonly [number, number];

/** Block numbers of a table whose rows are known, as few ranges as possible. */
export class SeenBlocks {
  readonly #ranges: Map<string, BlockRange[]>;

  /** @param ranges by partition, where the engine numbers blocks by partition, else under ''. */
  constructor(ranges: Readonly<Record<string, readonly BlockRange[]>> = {}) {
    this.#ranges = new Map(Object.entries(ranges).map(([key, list]) => [key, [...list]]));
  }

  /** A merge covers only blocks that were there before; anything else has rows that are new. */
  has(partition: string, [first, last]: BlockRange): boolean {
    return (this.#ranges.get(partition) ?? []).some(([from, to]) => from <= first && last <= to);
  }

  add(partition: string, [first, last]: BlockRange): void {
    const ranges = this.#ranges.get(partition) ?? [];
    const joins = ([from, to]: BlockRange): boolean => from <= last + 1 && first - 1 <= to;
    const joined = [...ranges.filter(joins), [first, last] as const];
    const all: BlockRange[] = [
      ...ranges.filter((range) => !joins(range)),
      [Math.min(...joined.map(([from]) => from)), Math.max(...joined.map(([, to]) => to))],
    ];
    this.#ranges.set(
      partition,
      all.sort(([a], [b]) => a - b),
    );
  }

  toJSON(): Record<string, readonly BlockRange[]> {
    return Object.fromEntries(this.#ranges);
  }
}
