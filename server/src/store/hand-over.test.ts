import { setTimeout as sleep } from 'node:timers/promises';
import { handOver } from './hand-over';

const piece = (number: number): Buffer => Buffer.from(`piece ${number}`);

describe('handing an answer over', () => {
  it('waits for a reader, and goes on as it reads', async () => {
    const { give, pieces } = handOver(60_000);
    let given = 0;
    const writing = (async () => {
      for (; given < 50; given++) await give(piece(given));
      pieces.end();
    })();
    await sleep(50);
    expect(given).toBeLessThan(5);
    const read: string[] = [];
    for await (const each of pieces) read.push(String(each));
    await writing;
    expect(read).toEqual(Array.from({ length: 50 }, (_, number) => String(piece(number))));
  });

  it('keeps the rest for a reader that is slow, after waiting once', async () => {
    const { give, pieces } = handOver(20);
    const started = performance.now();
    for (let number = 0; number < 200; number++) await give(piece(number));
    pieces.end();
    expect(performance.now() - started).toBeGreaterThanOrEqual(19);
    const read: string[] = [];
    for await (const each of pieces) read.push(String(each));
    expect(read).toHaveLength(200);
  });

  it('tells the writer that nobody reads any more, also one that waits', async () => {
    const { give, pieces } = handOver(60_000);
    const writing = (async () => {
      for (let number = 0; number < 50; number++) await give(piece(number));
    })();
    await sleep(10);
    pieces.destroy();
    await expect(writing).rejects.toMatchObject({ name: 'AbortError' });
  });
});
