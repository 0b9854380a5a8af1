/**
 * Chance that repeats itself. Each stream is named (`people/2026-08-22/…`), so that adding one actor
 * or one draw changes nobody else's numbers.
 */
export interface Random {
  /** 0 <= n < 1 */
  next(): number;
  /** a whole number, both ends included */
  whole(lowest: number, highest: number): number;
  chance(probability: number): boolean;
  pick<T>(choices: readonly T[]): T;
  /** a whole number near the mean (a quarter up or down), right on average for small means too */
  near(mean: number): number;
  /** 32 random bits */
  bits(): number;
}

export function createRandom(seed: number, streamName: string): Random {
  const bits = smallFastCounter(seed, hash(streamName));
  const next = (): number => bits() / 2 ** 32;
  const whole = (lowest: number, highest: number): number =>
    lowest + Math.floor(next() * (highest - lowest + 1));
  return {
    bits,
    next,
    whole,
    chance: (probability) => next() < probability,
    pick: <T>(choices: readonly T[]): T => {
      if (choices.length === 0) throw new Error('Nothing to pick from an empty list.');
      return choices[whole(0, choices.length - 1)] as T;
    },
    near: (mean) => {
      const wanted = mean * (0.75 + next() / 2);
      const floor = Math.floor(wanted);
      return floor + (next() < wanted - floor ? 1 : 0);
    },
  };
}

/** sfc32: 128 bits of state, so that two streams do not run into each other and repeat ids. */
function smallFastCounter(seed: number, streamHash: number): () => number {
  let a = seed | 0;
  let b = Math.floor(seed / 2 ** 32) | 0;
  let c = streamHash;
  let counter = 1;
  const step = (): number => {
    const result = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + result) | 0;
    return result >>> 0;
  };
  // The first numbers after a small seed resemble each other.
  for (let warmUp = 0; warmUp < 15; warmUp += 1) step();
  return step;
}

/** FNV-1a */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    state = Math.imul(state ^ text.charCodeAt(index), 0x01000193);
  }
  return state | 0;
}
