import { openTestStore } from '../../test/harness';
import type { TestStore } from '../../test/harness';
import { nastyTexts } from '../../test/events';
import { StateLog } from './state-log';

describe('the state log', () => {
  let test: TestStore;

  beforeEach(async () => {
    test = await openTestStore();
  });
  afterEach(() => test.close());

  const bodies = (log: StateLog, kind: string) =>
    log.list(kind).map(({ key, body }) => [key, body]);

  it('is after a replay what it was before', async () => {
    const log = await StateLog.replay(test.store);
    await log.append('token', 'a', { name: 'first' });
    await log.append('token', 'b', { name: 'second' });
    await log.append('run', 'a', { name: 'of another kind' });
    await log.append('token', 'a', { name: 'third' });
    await log.append('token', 'c', { name: 'gone' });
    await log.append('token', 'c', null);
    const expected = [
      ['b', { name: 'second' }],
      ['a', { name: 'third' }],
    ];
    expect(bodies(log, 'token')).toEqual(expected);
    const replayed = await StateLog.replay(test.store);
    expect(bodies(replayed, 'token')).toEqual(expected);
    expect(bodies(replayed, 'run')).toEqual([['a', { name: 'of another kind' }]]);
    expect(bodies(replayed, 'schedule')).toEqual([]);
  });

  it('keeps the order in which changes were made, also when nobody waits between them', async () => {
    const log = await StateLog.replay(test.store);
    await Promise.all(
      Array.from({ length: 30 }, (_, index) => log.append('counter', 'x', { index })),
    );
    expect(bodies(await StateLog.replay(test.store), 'counter')).toEqual([['x', { index: 29 }]]);
    const continued = await StateLog.replay(test.store);
    await continued.append('counter', 'x', { index: 30 });
    expect(bodies(await StateLog.replay(test.store), 'counter')).toEqual([['x', { index: 30 }]]);
    expect((await StateLog.replay(test.store)).list('counter')[0]?.sequence).toBe(31);
  });

  it('gives back every text, in keys and bodies', async () => {
    const log = await StateLog.replay(test.store);
    for (const text of nastyTexts) await log.append('text', text, { text });
    expect(bodies(await StateLog.replay(test.store), 'text')).toEqual(
      nastyTexts.map((text) => [text, { text }]),
    );
  });

  it('believes no change that was not stored, and goes on after it', async () => {
    const log = await StateLog.replay(test.store);
    await log.append('token', 'a', 1);
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    await expect(log.append('token', 'a', circular)).rejects.toThrow();
    expect(bodies(log, 'token')).toEqual([['a', 1]]);
    await log.append('token', 'a', 2);
    expect(bodies(await StateLog.replay(test.store), 'token')).toEqual([['a', 2]]);
  });
});
