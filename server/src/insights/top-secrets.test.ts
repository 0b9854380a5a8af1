import type { Row } from '../contract';
import { describeOverSecretEvents } from '../../test/secret-events';

describeOverSecretEvents('top-secrets', (rowsOf) => {
  it('ranks secrets by named reads, and by folder reads where asked for', async () => {
    const shown = (rows: Row[]) =>
      rows.map(({ secret_key, reads, readers }) => [secret_key, reads, readers]);
    expect(shown(await rowsOf())).toEqual([['A', 2, 1]]);
    expect(shown(await rowsOf({ params: { bulk: 'expand' } }))).toEqual([
      ['A', 6, 2],
      ['B', 3, 2],
      ['C', 1, 1],
    ]);
  });
});
