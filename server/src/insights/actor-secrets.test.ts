import { ask, openTestStore } from '../../test/harness';
import type { TestStore } from '../../test/harness';
import { secretEvents, secretRange } from '../../test/secret-events';

describe.each([false, true])('actor-secrets (closed: %s)', (isClosed) => {
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
  it('says of an actor what was changed since', async () => {
    const filters = [{ field: 'user', op: 'in' as const, values: ['ann@example.com'] }];
    const rows = await rowsOf('actor-secrets', { filters });
    expect(
      rows.map(({ secret_key, confidence, reads, rotated_since }) => [
        secret_key,
        confidence,
        reads,
        rotated_since,
      ]),
    ).toEqual([
      ['A', 'exact', 3, true],
      ['B', 'bulk', 1, true],
    ]);
    const runners = await rowsOf('actor-secrets', {
      filters: [{ field: 'identity', op: 'in', values: ['ci-runner'] }],
    });
    expect(runners.map(({ secret_key, rotated_since }) => [secret_key, rotated_since])).toEqual([
      ['A', true],
      ['B', true],
      ['C', false],
      ['', null],
    ]);
  });
});
