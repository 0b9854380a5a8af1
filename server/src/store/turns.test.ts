import { Turns } from './turns';
import type { Lane } from './turns';

/** Statements that run until they are told to end, and the order in which they began. */
class Work {
  readonly begun: string[] = [];
  readonly #ends = new Map<string, () => void>();
  readonly #turns: Turns;

  constructor(turns: Turns) {
    this.#turns = turns;
  }

  ask(lane: Lane, name: string, signal?: AbortSignal): Promise<string> {
    return this.#turns.run(
      lane,
      () => {
        this.begun.push(name);
        return new Promise((resolve) => this.#ends.set(name, () => resolve(name)));
      },
      signal,
    );
  }

  async end(name: string): Promise<void> {
    this.#ends.get(name)?.();
    await settled();
  }
}

const settled = (): Promise<void> => new Promise(setImmediate);

describe('turns', () => {
  const work = (atOnce: number, waiting = 100): Work => new Work(new Turns({ atOnce, waiting }));

  it('has one more place for alerts, whatever screens and files ask for', async () => {
    const asked = work(4);
    for (let each = 0; each < 10; each++) void asked.ask('file', `file ${each}`);
    for (let each = 0; each < 10; each++) void asked.ask('screen', `screen ${each}`);
    await settled();
    expect(asked.begun).toEqual(['file 0', 'file 1', 'screen 0', 'screen 1']);
    void asked.ask('alert', 'alert');
    await settled();
    expect(asked.begun.at(-1)).toBe('alert');
  });

  it('lets an alert pass everyone who waits where all places are taken', async () => {
    const asked = work(1);
    for (const name of ['a', 'b']) void asked.ask('screen', name);
    void asked.ask('file', 'c');
    for (const name of ['d', 'e', 'f']) void asked.ask('alert', name);
    await settled();
    expect(asked.begun).toEqual(['a', 'd']);
    for (const name of ['a', 'd']) await asked.end(name);
    expect(asked.begun).toEqual(['a', 'd', 'e', 'f']);
    for (const name of ['e', 'f']) await asked.end(name);
    expect(asked.begun.slice(4)).toEqual(['c']);
  });

  it('takes screens and files by turns, each in the order they came', async () => {
    const asked = work(1);
    for (const name of ['s1', 's2', 's3']) void asked.ask('screen', name);
    for (const name of ['f1', 'f2', 'f3']) void asked.ask('file', name);
    await settled();
    for (let each = 0; each < 6; each++) await asked.end(asked.begun.at(-1) ?? '');
    expect(asked.begun.filter((name) => name.startsWith('s'))).toEqual(['s1', 's2', 's3']);
    expect(asked.begun.filter((name) => name.startsWith('f'))).toEqual(['f1', 'f2', 'f3']);
    const kinds = asked.begun.map((name) => name.charAt(0)).slice(1);
    expect(kinds.join('')).toMatch(/^(sf|fs)+[sf]?$/);
  });

  it('refuses in a sentence where too many wait, and alerts are counted apart', async () => {
    const asked = work(1, 2);
    for (const name of ['a', 'b', 'c']) void asked.ask('screen', name);
    await expect(asked.ask('screen', 'd')).rejects.toMatchObject({
      kind: 'busy',
      status: 503,
      retryAfter: 5,
    });
    void asked.ask('alert', 'alert');
    await settled();
    expect(asked.begun).toEqual(['a', 'alert']);
  });

  it('lets go of whoever leaves while waiting, and of failures', async () => {
    const turns = new Turns({ atOnce: 1, waiting: 10 });
    const asked = new Work(turns);
    const leaving = new AbortController();
    void asked.ask('screen', 'a');
    const left = asked.ask('screen', 'b', leaving.signal);
    void asked.ask('screen', 'c');
    leaving.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    await asked.end('a');
    await asked.end('c');
    expect(asked.begun).toEqual(['a', 'c']);
    const failing = turns.run('file', () => Promise.reject(new Error('broken')));
    await expect(failing).rejects.toThrow('broken');
    expect([turns.running('file'), turns.running('screen'), turns.waiting('screen')]).toEqual([
      0, 0, 0,
    ]);
  });
});
