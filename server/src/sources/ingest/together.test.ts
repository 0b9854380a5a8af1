import { setTimeout as sleep } from 'node:timers/promises';
import { Together } from './together';

describe('work done together', () => {
  const start = (most: number) => {
    const rounds: number[][] = [];
    const together = new Together<number>(
      async (items) => {
        rounds.push(items);
        await sleep(5);
        if (items.includes(13)) throw new Error('unlucky');
      },
      { most, enough: 50 },
    );
    const add = (item: number, weight = 1): Promise<void> => together.expect().take(item, weight);
    return { together, add, rounds };
  };

  it('takes what arrives while a round runs into the next', async () => {
    const { add, rounds } = start(100);
    await Promise.all([1, 2, 3].map((item) => add(item)));
    await add(4);
    expect(rounds).toEqual([[1], [2, 3], [4]]);
  });

  it('waits for what is on its way, until that came or never will', async () => {
    const { together, add, rounds } = start(100);
    const [second, never] = [together.expect(), together.expect()];
    const first = add(1);
    await sleep(20);
    expect(rounds).toEqual([]);
    never.leave();
    await Promise.all([first, second.take(2, 1)]);
    expect(rounds).toEqual([[1, 2]]);
  });

  it('does not wait once it has enough to do', async () => {
    const { together, add, rounds } = start(100);
    const late = together.expect();
    await Promise.all([add(1), add(2, 49)]);
    expect(rounds).toEqual([[1, 2]]);
    await late.take(3, 1);
    expect(rounds).toEqual([[1, 2], [3]]);
  });

  it('waits a while only', async () => {
    const { together, add, rounds } = start(100);
    const late = together.expect();
    await add(1);
    expect(rounds).toEqual([[1]]);
    await late.take(2, 1);
    expect(rounds).toEqual([[1], [2]]);
    late.leave();
    await add(3);
    expect(rounds).toEqual([[1], [2], [3]]);
  });

  it('keeps rounds under their weight, and lets a heavy one go alone', async () => {
    const { add, rounds } = start(10);
    await Promise.all(
      [
        [1, 1],
        [2, 6],
        [3, 4],
        [4, 1],
        [5, 50],
        [6, 1],
      ].map(([item = 0, weight = 0]) => add(item, weight)),
    );
    expect(rounds).toEqual([[1], [2, 3], [4], [5], [6]]);
  });

  it('fails those of a failed round, and no other', async () => {
    const { add } = start(100);
    const outcomes = await Promise.allSettled([1, 13, 2].map((item) => add(item)));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    await expect(add(3)).resolves.toBeUndefined();
  });
});
