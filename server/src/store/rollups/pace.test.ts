import { setTimeout as sleep } from 'node:timers/promises';
import { Pace } from './pace';

describe('pace', () => {
  it('runs one at a time and rests in proportion, also after a failure', async () => {
    const { run } = new Pace(0.25);
    let running = 0;
    let worked = 0;
    const work = async (): Promise<void> => {
      expect(running++).toBe(0);
      const started = performance.now();
      await sleep(20);
      worked += performance.now() - started;
      running--;
    };
    const started = performance.now();
    const failing = run(async () => {
      await work();
      throw new Error('failed');
    });
    const all = [run(work), run(work), run(work)];
    await expect(failing).rejects.toThrow('failed');
    await Promise.all(all);
    // The rest after the last one has not been taken yet.
    const share = worked / (performance.now() - started);
    expect(share).toBeLessThan(0.35);
  });

  it('does not rest where the whole time is allowed', async () => {
    const { run } = new Pace(1);
    await run(() => sleep(50));
    const started = performance.now();
    expect(await run(() => Promise.resolve('now'))).toBe('now');
    expect(performance.now() - started).toBeLessThan(40);
  });
});
