import { SharedAnswers } from './shared-answers';

interface Answer {
  text: string;
}

describe('shared answers', () => {
  let shared: SharedAnswers<Answer>;
  let asked: {
    signal: AbortSignal;
    answer: (text: string) => void;
    fail: (error: Error) => void;
  }[];

  beforeEach(() => {
    shared = new SharedAnswers({ bytes: 100, sizeOf: ({ text }) => text.length });
    asked = [];
  });

  const get = (key: string, state = '1', lane = 'screen', signal?: AbortSignal): Promise<Answer> =>
    shared.get(
      { key, state: () => state, lane, keepMs: 60_000 },
      (stop) =>
        new Promise((resolve, reject) => {
          stop.addEventListener('abort', () => reject(stop.reason as Error));
          asked.push({ signal: stop, answer: (text) => resolve({ text }), fail: reject });
        }),
      signal,
    );

  it('asks once for all who wait, and keeps the answer for those who come later', async () => {
    const waiting = [get('a'), get('a'), get('a')];
    expect(asked).toHaveLength(1);
    asked[0]?.answer('one');
    expect(await Promise.all(waiting)).toEqual([{ text: 'one' }, { text: 'one' }, { text: 'one' }]);
    expect(await get('a')).toEqual({ text: 'one' });
    expect(shared.counts).toEqual({ asked: 1, joined: 2, kept: 1 });
  });

  it('asks anew once the state of the data is another', async () => {
    const before = get('a', '1');
    asked[0]?.answer('old');
    expect(await before).toEqual({ text: 'old' });
    const after = get('a', '2');
    expect(asked).toHaveLength(2);
    asked[1]?.answer('new');
    expect(await after).toEqual({ text: 'new' });
    expect(await get('a', '2')).toEqual({ text: 'new' });
    void get('a', '1').catch(() => undefined);
    expect(asked).toHaveLength(3);
  });

  it('gives all who come while the state moves on during a run one run after it', async () => {
    let now = '1';
    const ask = (): Promise<Answer> =>
      shared.get(
        { key: 'a', state: () => now, lane: 'screen', keepMs: 60_000 },
        (stop) =>
          new Promise((resolve, reject) => {
            asked.push({ signal: stop, answer: (text) => resolve({ text }), fail: reject });
          }),
      );
    const first = ask();
    now = '2';
    const second = ask();
    now = '3';
    const third = ask();
    expect(asked).toHaveLength(1);
    asked[0]?.answer('one');
    expect(await first).toEqual({ text: 'one' });
    expect(asked).toHaveLength(2);
    const joined = ask();
    expect(asked).toHaveLength(2);
    now = '4';
    const last = ask();
    asked[1]?.answer('three');
    expect(await Promise.all([second, third, joined])).toEqual(Array(3).fill({ text: 'three' }));
    asked[2]?.answer('four');
    expect(await last).toEqual({ text: 'four' });
    expect(await ask()).toEqual({ text: 'four' });
    expect(shared.counts).toEqual({ asked: 3, joined: 2, kept: 1 });
  });

  it('does not begin a run for which nobody waits any more', async () => {
    const first = get('a', '1');
    const leaving = new AbortController();
    const second = get('a', '2', 'screen', leaving.signal);
    leaving.abort(new Error('left'));
    await expect(second).rejects.toThrow('left');
    asked[0]?.answer('one');
    await first;
    expect(asked).toHaveLength(1);
    const third = get('a', '2');
    asked[1]?.answer('two');
    expect(await third).toEqual({ text: 'two' });
  });

  it('goes on while one of those who wait is left, and stops when the last has gone', async () => {
    const [first, second] = [new AbortController(), new AbortController()];
    const one = get('a', '1', 'screen', first.signal);
    const other = get('a', '1', 'screen', second.signal);
    first.abort(new Error('first left'));
    await expect(one).rejects.toThrow('first left');
    expect(asked[0]?.signal.aborted).toBe(false);
    second.abort(new Error('second left'));
    await expect(other).rejects.toThrow('second left');
    expect(asked[0]?.signal.aborted).toBe(true);
    const third = get('a');
    expect(asked).toHaveLength(2);
    asked[1]?.answer('again');
    expect(await third).toEqual({ text: 'again' });
  });

  it('tells a failure to all who wait and keeps none', async () => {
    const waiting = [get('a'), get('a')];
    asked[0]?.fail(new Error('broken'));
    for (const each of waiting) await expect(each).rejects.toThrow('broken');
    const again = get('a');
    asked[1]?.answer('well');
    expect(await again).toEqual({ text: 'well' });
  });

  it('lets nobody wait for a run in another lane, but gives what is kept to all', async () => {
    const screen = get('a', '1', 'screen');
    const alert = get('a', '1', 'alert');
    expect(asked).toHaveLength(2);
    asked[1]?.answer('two');
    asked[0]?.answer('two');
    await Promise.all([screen, alert]);
    await get('a', '1', 'alert');
    expect(shared.counts).toEqual({ asked: 2, joined: 0, kept: 1 });
  });

  it('keeps no more than it may, and nothing that is larger than that', async () => {
    for (const [index, key] of ['a', 'b', 'c'].entries()) {
      const answer = get(key);
      asked[index]?.answer('x'.repeat(45));
      await answer;
    }
    expect(shared.bytes).toBe(90);
    const large = get('large');
    asked[3]?.answer('x'.repeat(500));
    expect((await large).text).toHaveLength(500);
    expect(shared.bytes).toBe(90);
  });
});
