import { openTestStore } from '../../test/harness';
import type { TestStore } from '../../test/harness';
import { forCluster } from './cluster';
import type { Engine, RawResult, StatementOptions } from './engine';
import { migrate } from './migrate';
import { migrations } from './migrations';
import { rollups } from './rollups/tables';
import type { CompiledSql, Sql } from './sql';
import { bind, sql } from './sql';
import { Store } from './store';

const asker = { surface: 'migration' as const };

/** No cluster can be had in the embedded engine, which parses every statement all the same. */
describe('statements for a cluster', () => {
  let test: TestStore;
  beforeAll(async () => {
    test = await openTestStore();
  });
  afterAll(() => test.close());

  const parsed = async (text: string): Promise<string> => {
    const rows = await test.store.rows(sql`SELECT formatQuery(${bind.text(text)}) AS query`, asker);
    return String(rows[0]?.query);
  };
  const clustered = (statement: Sql): CompiledSql[] =>
    forCluster(statement.compile(), 'two_by_two');

  it.each(migrations.map((migration) => [migration.name, migration] as const))(
    'creates what %s creates on every node, replicated',
    async (_, migration) => {
      const statements = migration.statements(test.store);
      for (const statement of statements) {
        for (const { text } of clustered(statement)) {
          const query = await parsed(text);
          if (!/^(CREATE|ALTER)/.test(query)) continue;
          if (query.startsWith('CREATE')) expect(query).toMatch(/ON CLUSTER two_by_two/);
          expect(query).not.toMatch(/ENGINE = (?!Replicated)\w*MergeTree/);
        }
      }
    },
  );

  it('puts a Distributed table in front of what grows with events, and of nothing else', async () => {
    const all = migrations.flatMap((migration) => migration.statements(test.store));
    const queries = await Promise.all(all.flatMap(clustered).map(({ text }) => parsed(text)));
    const fronts = queries.flatMap(
      (query) =>
        /CREATE TABLE IF NOT EXISTS \w+\.(\w+) [^(]*ENGINE = Distributed\(two_by_two, \w+, (\w+), (.*)\)/
          .exec(query)
          ?.slice(1, 4) ?? [],
    );
    const rollupFronts = rollups.flatMap(({ table }) => [
      table,
      `${table}_local`,
      'cityHash64(org_id, project_id)',
    ]);
    expect(fronts).toEqual([
      ...['infisical_events', 'infisical_events_local', 'cityHash64(orgId, projectId)'],
      ...rollupFronts,
      ...['akeyless_events', 'akeyless_events_local', 'cityHash64(org_id, id)'],
    ]);
    const whole = queries.find((query) => query.includes('.state_log '));
    expect(whole).toContain(
      "ReplicatedMergeTree('/clickhouse/tables/{uuid}/all', '{shard}_{replica}')",
    );
    const versioned = queries.find((query) => query.includes('.projects '));
    expect(versioned).toContain("'{shard}_{replica}', seen_at)");
    const shard = queries.find((query) => query.includes('.infisical_events_local '));
    expect(shard).toContain(
      "ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}')",
    );
  });

  it('alters columns on both tables, rows only where they lie, and small tables as ever', async () => {
    const events = test.store.table('infisical_events');
    const texts = async (statement: Sql): Promise<string[]> =>
      Promise.all(clustered(statement).map(({ text }) => parsed(text)));
    expect(await texts(sql`ALTER TABLE ${events} ADD COLUMN IF NOT EXISTS x Int8`)).toEqual([
      expect.stringMatching(
        /^ALTER TABLE secret_insights\.infisical_events_local ON CLUSTER two_by_two/,
      ),
      expect.stringMatching(/^ALTER TABLE secret_insights\.infisical_events ON CLUSTER two_by_two/),
    ]);
    const onRows = [
      sql`ALTER TABLE ${events} DROP PARTITION ID ${bind.text('202603')}`,
      sql`ALTER TABLE ${events} DELETE IN PARTITION ID ${bind.text('202603')} WHERE projectId = ${bind.text('p')} SETTINGS mutations_sync = 2`,
      sql`ALTER TABLE ${events} UPDATE actorMetadata = actorMetadata WHERE actor_id = ${bind.text('a')}`,
      sql`DELETE FROM ${events} WHERE projectId = ${bind.text('p')}`,
      sql`OPTIMIZE TABLE ${events} PARTITION ID ${bind.text('202603')} FINAL`,
    ];
    for (const statement of onRows) {
      const [text, ...more] = await texts(statement);
      expect(more).toEqual([]);
      expect(text).toMatch(/infisical_events_local ON CLUSTER two_by_two/);
    }
    const small = sql`ALTER TABLE ${test.store.table('state_log')} DELETE WHERE kind = ${bind.text('span')}`;
    expect(clustered(small)).toEqual([small.compile()]);
    const staging = sql`CREATE TABLE ${test.store.table('staging_1')} (x String) ENGINE = Memory`;
    expect(clustered(staging)).toEqual([staging.compile()]);
    expect(await texts(sql`CREATE DATABASE IF NOT EXISTS \`secret_insights\``)).toEqual([
      'CREATE DATABASE IF NOT EXISTS secret_insights ON CLUSTER two_by_two',
    ]);
  });

  it('reaches an engine with the settings that keep answers and acknowledgements true', async () => {
    const seen: { text: string; options: StatementOptions }[] = [];
    const engine: Engine = {
      kind: 'server',
      select: async (statement, options): Promise<RawResult> => {
        seen.push({ text: statement.text, options });
        return Promise.resolve({ names: ['version'], types: ['UInt32'], rows: [[0]], bytes: 1 });
      },
      execute: async (statement, options) => {
        seen.push({ text: statement.text, options });
        return Promise.resolve();
      },
      readLines: () => Promise.resolve(),
      loadJson: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
    const limits = { seconds: 30, memoryBytes: 1e9 };
    const store = new Store(engine, 'secret_insights', limits, undefined, 'two_by_two');
    await migrate(store);
    const created = seen.filter(({ text }) => /^\s*CREATE/.test(text));
    expect(created.length).toBeGreaterThan(migrations.length);
    for (const { text, options } of created) {
      expect(await parsed(text)).toContain('ON CLUSTER two_by_two');
      expect(options.settings).toMatchObject({ distributed_foreground_insert: 1 });
    }
    await store.execute(sql`INSERT INTO ${store.table('state_log')} (sequence) VALUES (1)`, {
      surface: 'state',
    });
    expect(seen.at(-1)?.options.settings).toMatchObject({
      insert_quorum: 'auto',
      select_sequential_consistency: 1,
    });
    expect(await parsed(`SELECT * FROM ${store.partsOf('rollup_day').compile().text}`)).toMatch(
      /cluster\(two_by_two, system\.parts\)/,
    );
  });
});
