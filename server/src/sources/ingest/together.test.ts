import { setTimeout as sleep } from 'node:timers/promises';
import { Together } from './together';

describe('work done together', () => {
  const start = (most: number): { together: Together<number>; rounds: number[][] } => {
    const rounds: number[][] = [];
    const together = new Together<number>(async (items) => {
      rounds.push(items);
      await sleep(5);
      if (items.includes(13)) throw new Error('unlucky');
    }, most);
    return { together, rounds };
  };

  it('takes what arrives while a round runs into the next', async () => {
    const { together, rounds } = start(100);
    await Promise.all([1, 2, 3].map((item) => together.add(item, 1)));
    await together.add(4, 1);
    expect(rounds).toEqual([[1], [2, 3], [4]]);
  });

  it('keeps rounds under their weight, and lets a heavy one go alone', async () => {
    const { together, rounds } = start(10);
    await Promise.all(
      [
        [1, 1],
        [2, 6],
        [3, 4],
        [4, 1],
        [5, 50],
        [6, 1],
      ].map(([item = 0, weight = 0]) => together.add(item, weight)),
    );
    expect(rounds).toEqual([[1], [2, 3], [4], [5], [6]]);
  });

  it('fails those of a failed round, and no other', async () => {
    const { together } = start(100);
    const outcomes = await Promise.allSettled([1, 13, 2].map((item) => together.add(item, 1)));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    await expect(together.add(3, 1)).resolves.toBeUndefined();
  });
});
