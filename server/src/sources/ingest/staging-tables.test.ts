import { openTestStore } from '../../../test/harness';
import type { TestStore } from '../../../test/harness';
import { readEvent } from '../../../test/events';
import { sql } from '../../store/sql';
import { dropLeftovers } from './staging-tables';

describe('tables that bodies are staged in', () => {
  let test: TestStore;

  beforeEach(async () => {
    test = await openTestStore();
  });
  afterEach(() => test.close());

  const tables = async (): Promise<[string, number][]> => {
    const rows = await test.store.rows(
      sql`SELECT name, total_rows AS rows FROM system.tables WHERE database = 'secret_insights' AND startsWith(name, 'staging_') ORDER BY name`,
      { surface: 'state' },
    );
    return rows.map(({ name, rows: held }) => [String(name), Number(held)]);
  };

  it('serve one body after another, and hold nothing in between', async () => {
    await test.ingest([readEvent()]);
    const [first] = await tables();
    expect(first?.[1]).toBe(0);
    await test.ingest([readEvent(), readEvent()]);
    expect(await tables()).toEqual([first]);
  });

  it('are one for each body of those that come together', async () => {
    await Promise.all([1, 2, 3].map(() => test.ingest([readEvent()])));
    const held = await tables();
    expect(held.length).toBeGreaterThan(1);
    expect(held.every(([, rows]) => rows === 0)).toBe(true);
  });

  it('go with a body that failed', async () => {
    await expect(test.ingestBody('[{"id":')).rejects.toMatchObject({ kind: 'bad-parameters' });
    expect(await tables()).toEqual([]);
    await test.ingest([readEvent()]);
    await expect(test.ingest([readEvent(), readEvent()], { maxEvents: 1 })).rejects.toMatchObject({
      kind: 'body-too-large',
    });
    expect(await tables()).toEqual([]);
  });

  it('are gone after the next start', async () => {
    await test.ingest([readEvent()]);
    await dropLeftovers(test.store);
    expect(await tables()).toEqual([]);
  });
});
