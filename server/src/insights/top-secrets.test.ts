import type { Row } from '../contract';
import type { FlatEvent } from '../../test/events';
import { readEvent } from '../../test/events';
import { ask, now, openTestStore } from '../../test/harness';
import { Random } from '../../test/random';
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

it('has the first by name of those with as many reads', async () => {
  const test = await openTestStore();
  const keys = ['D', 'B b', 'C', 'B', 'A%20'];
  await test.ingest(
    [...keys, 'D'].map((secretKey, index) =>
      readEvent({
        createdAt: new Date(now - 30 * 3_600_000 + index * 60_000).toISOString(),
        eventMetadata: { environment: 'prod', secretPath: '/', secretKey },
      }),
    ),
    { now: now - 60_000 },
  );
  const shown = async () => {
    const asked = { range: { from: now - 3 * 86_400_000, to: now }, params: { limit: 3 } };
    const { rows } = await ask(await test.insights(), 'top-secrets', asked);
    return rows.map(({ secret_key, reads }) => [secret_key, reads]);
  };
  const first = [
    ['D', 2],
    ['A%20', 1],
    ['B', 1],
  ];
  expect(await shown()).toEqual(first);
  await test.closeDue();
  expect(await shown()).toEqual(first);
  await test.close();
});

describe('top-secrets over months', () => {
  const day = 86_400_000;
  const from = now - 70 * day;

  /** Secrets that share parts of their names, so that looking for the parts alone finds others too. */
  const made = (random: Random) =>
    Array.from({ length: 1_500 }, () => ({
      at: new Date(from - 2 * day + random.below(72 * day - 120_000)).toISOString(),
      reader: `i-${random.below(30)}`,
      environment: random.pick(['prod', 'dev']),
      secretPath: random.pick(['/a', '/b']),
      secretKey: random.pick(['A', 'A', 'B', 'C', 'D']),
    }));
  type Read = ReturnType<typeof made>[number];

  const eventOf = ({ at, reader, ...secret }: Read): FlatEvent =>
    readEvent({
      createdAt: at,
      projectId: 'p',
      actor: 'identity',
      actorMetadata: { identityId: reader, name: 'runner' },
      eventMetadata: secret,
    });

  /** The same by hand. */
  function expected(reads: readonly Read[], limit: number) {
    const secrets = new Map<string, Read[]>();
    for (const read of reads.filter(({ at }) => Date.parse(at) >= from)) {
      const name = [read.environment, read.secretPath, read.secretKey].join('|');
      secrets.set(name, [...(secrets.get(name) ?? []), read]);
    }
    const order = ([a, reads]: [string, Read[]], [b, others]: [string, Read[]]): number =>
      others.length - reads.length || (a < b ? -1 : 1);
    return [...secrets]
      .sort(order)
      .slice(0, limit)
      .map(([name, all]) => {
        const [environment, secret_path, secret_key] = name.split('|');
        return {
          project: 'p',
          environment,
          secret_path,
          secret_key,
          reads: all.length,
          readers: new Set(all.map(({ reader }) => reader)).size,
          last_read: all
            .map(({ at }) => at)
            .sort()
            .at(-1),
        };
      });
  }

  it('counts the same readers from events, from days and from long sums', async () => {
    const test = await openTestStore();
    const reads = made(new Random(8));
    const events = reads.map(eventOf);
    await test.ingest([...events, ...events.slice(0, 300)], { now: now - 60_000 });
    const range = { from, to: now };
    for (const limit of [1, 5, 50]) {
      const { rows } = await ask(await test.insights(), 'top-secrets', {
        range,
        params: { limit },
      });
      expect(rows).toEqual(expected(reads, limit));
    }
    const few = await ask(await test.insights({ rows: 3 }), 'top-secrets', { range });
    expect(few.rows).toEqual(expected(reads, 3));
    expect(few.meta.truncated).toBe(true);
    await test.closeDue();
    const insights = await test.insights();
    const isLong = (sum: { from: number; to: number }): boolean => sum.to - sum.from === 32 * day;
    expect(insights.closed.sums.filter(isLong)).not.toEqual([]);
    for (const limit of [1, 5, 50]) {
      const { rows } = await ask(insights, 'top-secrets', { range, params: { limit } });
      expect(rows).toEqual(expected(reads, limit));
    }
    await test.close();
  });
});
