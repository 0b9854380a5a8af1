import { Random } from '../random';
import { History } from './history';

/** `HISTORIES=200` runs more and longer ones; `HISTORY=<seed>` begins with that one, by default alone. */
const { HISTORIES: wanted, HISTORY: first } = process.env;
const isLong = wanted !== undefined || first !== undefined;
const seeds = Array.from(
  { length: Number(wanted ?? (isLong ? 1 : 2)) },
  (_, index) => Number(first ?? 1) + index,
);
const steps = isLong ? 14 : 7;

describe('random histories of a store', () => {
  it.each(seeds)(
    'answers what was counted over its events after every step (seed %i)',
    async (seed) => {
      const history = new History(new Random(seed));
      try {
        await history.live(steps);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        throw new Error(`HISTORY=${seed} failed after\n${history.log}\n\n${message}`);
      } finally {
        await history.end();
      }
    },
    300_000,
  );
});
