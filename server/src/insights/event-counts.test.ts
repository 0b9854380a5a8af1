import type { Filter } from '../contract';
import { ask, everyone, openTestStore, span } from '../../test/harness';
import type { TestStore } from '../../test/harness';
import { readEvent } from '../../test/events';

const range = span('2026-03-10T00:00:00Z', '2026-03-15T00:00:00Z');
const inList = (...names: string[]) => ({
  eventType: 'update-secrets',
  eventMetadata: { environment: 'dev', secrets: names.map((secretKey) => ({ secretKey })) },
});

describe('event-counts', () => {
  let test: TestStore;

  beforeAll(async () => {
    test = await openTestStore();
    const events = [
      readEvent(),
      readEvent({ ...inList('A', 'B') }),
      readEvent({ eventType: 'permission-denied', eventMetadata: { suppressedRepeats: 4 } }),
    ];
    await test.ingest([...events, ...events]);
  });
  afterAll(() => test.close());

  const counts = async (by: string, filters: Filter[] = []) => {
    const { rows } = await ask(await test.insights(), 'event-counts', {
      range,
      filters,
      params: { by },
    });
    return rows.map((row) => [row[by], row.events]);
  };

  it('counts each event once and a collapsed denial as often as it stands for', async () => {
    expect(await counts('event')).toEqual([
      ['permission-denied', 5],
      ['get-secret', 1],
      ['update-secrets', 1],
    ]);
    expect(await counts('class')).toEqual([
      ['authorization', 5],
      ['data-access', 1],
      ['management', 1],
    ]);
    expect(await counts('severity')).toEqual([
      ['warning', 5],
      ['debug', 1],
      ['info', 1],
    ]);
  });

  it('finds a secret key in the list of an event about several', async () => {
    expect(await counts('event', [{ field: 'secret_key', op: 'in', values: ['B'] }])).toEqual([
      ['update-secrets', 1],
    ]);
    expect(await counts('event', [{ field: 'secret_key', op: 'not-in', values: ['B'] }])).toEqual([
      ['permission-denied', 5],
      ['get-secret', 1],
    ]);
  });

  it('needs the right audit', async () => {
    const caller = { ...everyone, capabilities: new Set(['insights'] as const) };
    await expect(ask(await test.insights(), 'event-counts', { caller })).rejects.toThrow(
      "event-counts needs the right 'audit'",
    );
  });
});
