import { describeOverSecretEvents } from '../../test/secret-events';

describeOverSecretEvents('actor-secrets', (rowsOf) => {
  it('says of an actor what was changed since', async () => {
    const filters = [{ field: 'user', op: 'in' as const, values: ['ann@example.com'] }];
    const rows = await rowsOf({ filters });
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
    const runners = await rowsOf({
      filters: [{ field: 'identity', op: 'in', values: ['ci-runner'] }],
    });
    expect(runners.map(({ secret_key, rotated_since }) => [secret_key, rotated_since])).toEqual([
      ['A', true],
      ['B', true],
      ['C', false],
      ['', null],
    ]);
  });

  it.each([
    ['in', 'A'],
    ['in', 'B'],
    ['in', 'nowhere'],
    ['not-in', 'A'],
    ['not-in', 'B'],
    ['not-in', 'nowhere'],
    ['prefix', 'B'],
    ['contains', 'C'],
    ['not-contains', 'B'],
    ['glob', '?'],
    ['glob', '*'],
  ] as const)('gives with a filter what stands in the whole list (%s %s)', async (op, value) => {
    const matches: Record<typeof op, (key: string) => boolean> = {
      in: (key) => key === value,
      'not-in': (key) => key !== value,
      prefix: (key) => key.startsWith(value),
      contains: (key) => key.includes(value),
      'not-contains': (key) => !key.includes(value),
      glob: (key) => value === '*' || key.length === 1,
    };
    const all = await rowsOf();
    const rows = await rowsOf({ filters: [{ field: 'secret_key', op, values: [value] }] });
    expect(rows).toEqual(all.filter(({ secret_key }) => matches[op](String(secret_key))));
  });
});
