import type { Row } from '../contract';
import { at, describeOverSecretEvents } from '../../test/secret-events';

describeOverSecretEvents('secret-readers', (rowsOf) => {
  const short = ({
    secret_path,
    secret_key,
    actor_name,
    confidence,
    reads,
    first_read,
    last_read,
  }: Row) =>
    [secret_path, secret_key, actor_name, confidence, reads, first_read, last_read].join(' ');

  it('tells named reads from reads of the folder', async () => {
    expect((await rowsOf()).map(short)).toEqual(
      [
        `/app A ann@example.com exact 3 ${at(6)} ${at(9)}`,
        `/app A ci-runner bulk 3 ${at(3)} ${at(10)}`,
        `/app B ci-runner bulk 2 ${at(6)} ${at(10)}`,
        `/app B ann@example.com bulk 1 ${at(11)} ${at(11)}`,
        `/app C ci-runner bulk 1 ${at(6)} ${at(6)}`,
        `/else  ci-runner bulk 1 ${at(11)} ${at(11)}`,
      ].sort((a, b) => order(a) - order(b)),
    );
  });
  /** Newest last read first within a secret and a confidence. */
  const order = (row: string): number =>
    ['/app A ann', '/app A ci', '/app B ann', '/app B ci', '/app C', '/else'].findIndex((each) =>
      row.startsWith(each),
    );

  it('finds the folder reads of a secret that is asked for by name', async () => {
    const filters = [{ field: 'secret_key', op: 'in' as const, values: ['B'] }];
    expect((await rowsOf({ filters })).map(short)).toEqual([
      `/app B ann@example.com bulk 1 ${at(11)} ${at(11)}`,
      `/app B ci-runner bulk 2 ${at(6)} ${at(10)}`,
    ]);
  });
});
