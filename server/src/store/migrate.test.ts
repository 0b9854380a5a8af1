import { openTestStore } from '../../test/harness';
import type { TestStore } from '../../test/harness';
import { readEvent } from '../../test/events';
import { migrate } from './migrate';
import type { Migration } from './migrate';
import { migrations } from './migrations';
import { bind, sql } from './sql';

const asker = { surface: 'migration' as const };

describe('migrations', () => {
  let test: TestStore;

  beforeEach(async () => {
    test = await openTestStore();
  });
  afterEach(() => test.close());

  const history = () =>
    test.store.rows(
      sql`SELECT version, name FROM ${test.store.table('schema_migrations')} ORDER BY version`,
      asker,
    );
  const schema = () =>
    test.store.rows(
      sql`SELECT table, name, type, default_expression FROM system.columns WHERE database = 'secret_insights' ORDER BY table, position`,
      asker,
    );
  const next: Migration = {
    version: (migrations.at(-1)?.version ?? 0) + 1,
    name: 'a later release',
    statements: (store) => [
      sql`CREATE TABLE IF NOT EXISTS ${store.table('later')} (x Int8) ENGINE = Memory`,
    ],
  };

  it('are numbered without a gap', () => {
    expect(migrations.map(({ version }) => version)).toEqual(
      migrations.map((_, index) => index + 1),
    );
  });

  it('change nothing the second time', async () => {
    await test.ingest([readEvent()]);
    const before = await schema();
    await migrate(test.store);
    expect(await schema()).toEqual(before);
    expect((await history()).map(({ version }) => version)).toEqual(
      migrations.map(({ version }) => version),
    );
    const [row] = await test.store.rows(
      sql`SELECT count() AS events FROM ${test.store.table('infisical_events')}`,
      asker,
    );
    expect(row?.events).toBe(1);
  });

  it('can each run again after a crash before they were noted', async () => {
    const before = await schema();
    for (const migration of migrations) {
      for (const statement of migration.statements(test.store)) {
        await test.store.execute(statement, asker);
      }
    }
    expect(await schema()).toEqual(before);
  });

  it('go on from where the store is', async () => {
    await migrate(test.store, [...migrations, next]);
    expect((await history()).at(-1)).toEqual({ version: next.version, name: next.name });
  });

  it('refuse a store of a build that made its tables another way', async () => {
    const [first, ...others] = migrations;
    const other = { ...first, name: 'made otherwise' } as Migration;
    await expect(migrate(test.store, [other, ...others])).rejects.toMatchObject({
      kind: 'conflict',
      message: expect.stringContaining("from before 'made otherwise'") as string,
    });
  });

  it('refuse a store that a newer release wrote', async () => {
    await test.store.execute(
      sql`INSERT INTO ${test.store.table('schema_migrations')} (version, name) VALUES (${bind.integer(next.version)}, 'later')`,
      asker,
    );
    await expect(migrate(test.store)).rejects.toMatchObject({
      kind: 'conflict',
      message: `The store is at version ${next.version} and this program knows ${next.version - 1}: it was written by a newer release, so start that one, or use another store.`,
    });
  });
});
