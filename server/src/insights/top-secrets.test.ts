import type { Row } from '../contract';
import { ask, openTestStore } from '../../test/harness';
import type { TestStore } from '../../test/harness';
import { secretEvents, secretRange } from '../../test/secret-events';

describe.each([false, true])('top-secrets (closed: %s)', (isClosed) => {
  let test: TestStore;

  beforeAll(async () => {
    test = await openTestStore();
    // Some of them twice: a redelivery is no second read.
    await test.ingest([...secretEvents, ...secretEvents.slice(3, 9)]);
    if (isClosed) await test.closeDue();
  });
  afterAll(() => test.close());

  const rowsOf = async (insight: string, asked: Parameters<typeof ask>[2] = {}) =>
    (await ask(await test.insights(), insight, { range: secretRange, ...asked })).rows;
  it('ranks secrets by named reads, and by folder reads where asked for', async () => {
    const shown = (rows: Row[]) =>
      rows.map(({ secret_key, reads, readers }) => [secret_key, reads, readers]);
    expect(shown(await rowsOf('top-secrets'))).toEqual([['A', 2, 1]]);
    expect(shown(await rowsOf('top-secrets', { params: { bulk: 'expand' } }))).toEqual([
      ['A', 6, 2],
      ['B', 3, 2],
      ['C', 1, 1],
    ]);
  });
});
