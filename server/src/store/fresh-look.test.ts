import { FreshLook } from './fresh-look';

describe('a look that several share', () => {
  let begun: number;
  let ends: ((error?: Error) => void)[];
  let looks: FreshLook;

  beforeEach(() => {
    begun = 0;
    ends = [];
    looks = new FreshLook(
      () =>
        new Promise((resolve, reject) => {
          begun++;
          ends.push((error) => (error ? reject(error) : resolve()));
        }),
    );
  });
  const settled = (): Promise<void> => new Promise(setImmediate);

  it('begins after each of them asked, and is one for all who ask while another is under way', async () => {
    const order: string[] = [];
    const take = (name: string): Promise<void> => looks.take().then(() => void order.push(name));
    const asked = [take('first')];
    await settled();
    expect(begun).toBe(1);
    asked.push(take('second'), take('third'));
    await settled();
    expect(begun).toBe(1);
    ends[0]?.();
    await settled();
    expect([order, begun]).toEqual([['first'], 2]);
    ends[1]?.();
    await Promise.all(asked);
    expect(order).toEqual(['first', 'second', 'third']);
  });

  it('fails for those who waited for it, and not for the next', async () => {
    const failed = looks.take();
    await settled();
    const next = looks.take();
    ends[0]?.(new Error('broken'));
    await expect(failed).rejects.toThrow('broken');
    await settled();
    ends[1]?.();
    await next;
    expect(begun).toBe(2);
  });
});
