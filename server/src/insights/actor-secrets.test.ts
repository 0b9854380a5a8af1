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
});
