import { SeenBlocks } from './seen-blocks';

describe('seen blocks', () => {
  it('knows merges of what was seen, and nothing with one new block in it', () => {
    const seen = new SeenBlocks();
    for (const block of [5, 1, 3, 2]) seen.add('', [block, block]);
    expect(seen.has('', [1, 3])).toBe(true);
    expect(seen.has('', [1, 5])).toBe(false);
    expect(seen.has('', [3, 4])).toBe(false);
    seen.add('', [4, 4]);
    expect(seen.has('', [1, 5])).toBe(true);
    expect(seen.toJSON()).toEqual({ '': [[1, 5]] });
  });

  it('keeps partitions apart, also through JSON', () => {
    const seen = new SeenBlocks({ '202603': [[0, 7]] });
    seen.add('202602', [0, 2]);
    const again = new SeenBlocks(
      JSON.parse(JSON.stringify(seen)) as ReturnType<SeenBlocks['toJSON']>,
    );
    expect(again.has('202602', [0, 2])).toBe(true);
    expect(again.has('202602', [0, 7])).toBe(false);
    expect(again.has('202603', [3, 7])).toBe(true);
  });
});
