import { inspect } from 'node:util';
import { openTestStore } from '../../test/harness';
import type { TestStore } from '../../test/harness';
import { Failure } from '../failure';
import { bind, sql } from './sql';
import { Store } from './store';
import type { Asker } from './store';

const asker: Asker = { surface: 'insight', insight: 'test' };
const withSettings = (settings: Asker['settings']): Asker => ({ ...asker, settings });

describe('a store', () => {
  let test: TestStore;

  beforeAll(async () => {
    test = await openTestStore();
  });
  afterAll(() => test.close());

  async function failureOf(work: Promise<unknown>): Promise<Failure> {
    const error = await work.then(
      () => new Error('it did not fail'),
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof Failure)) throw error;
    return error;
  }

  /** One connection, so that the next statement is on the one that failed if it was kept. */
  describe('with one connection', () => {
    beforeAll(async () => {
      test = await openTestStore(1);
    });
    afterAll(async () => {
      test = await openTestStore();
    });

    it.each<[string, () => Promise<unknown>]>([
      [
        'threw in the middle',
        () =>
          test.store.query(
            sql`SELECT number, throwIf(number = 3) FROM numbers(10) SETTINGS max_block_size = 1`,
            asker,
          ),
      ],
      [
        'ran out of time',
        () =>
          test.store.query(
            sql`SELECT number, sleepEachRow(0.05) FROM numbers(100) SETTINGS max_block_size = 1`,
            withSettings({ max_execution_time: 0.3 }),
          ),
      ],
      [
        'gave too many rows',
        () =>
          test.store.query(
            sql`SELECT number FROM numbers(100) SETTINGS max_block_size = 1`,
            withSettings({ max_result_rows: 5, result_overflow_mode: 'throw' }),
          ),
      ],
    ])('shows nothing of a statement that %s to the next one', async (_, failing) => {
      await failureOf(failing());
      const next = await test.store.query(sql`SELECT 1 AS one`, asker);
      expect(next).toMatchObject({ names: ['one'], rows: [[1]] });
    });
  });

  it('answers a light question while heavy ones run on the other connections', async () => {
    const order: string[] = [];
    const done = (name: string) => () => order.push(name);
    const heavy = [1, 2, 3].map((seed) =>
      test.store
        .query(
          sql`SELECT count() FROM numbers(40) WHERE sleepEachRow(0.05) = ${bind.integer(seed)}`,
          withSettings({ max_threads: 1 }),
        )
        .then(done('heavy')),
    );
    const light = test.store.query(sql`SELECT ${bind.text('light')}`, asker).then(done('light'));
    await Promise.all([...heavy, light]);
    expect(order).toEqual(['light', 'heavy', 'heavy', 'heavy']);
  });

  it.each<[string, () => Promise<unknown>, number]>([
    [
      'too-slow',
      () =>
        test.store.query(
          sql`SELECT sleepEachRow(0.1) FROM numbers(100) SETTINGS max_block_size = 1`,
          withSettings({ max_execution_time: 0.2 }),
        ),
      504,
    ],
    [
      'too-large',
      () =>
        test.store.query(
          sql`SELECT number FROM numbers(100)`,
          withSettings({ max_result_rows: 5, result_overflow_mode: 'throw' }),
        ),
      422,
    ],
    [
      'too-large',
      () =>
        test.store.query(
          sql`SELECT number FROM numbers(1000000)`,
          withSettings({ max_rows_to_read: 10 }),
        ),
      422,
    ],
    [
      'too-large',
      () =>
        test.store.query(
          sql`SELECT groupArray(number) FROM numbers(20000000)`,
          withSettings({ max_memory_usage: 20_000_000 }),
        ),
      422,
    ],
    ['bug', () => test.store.query(sql`SELECT no_such_column`, asker), 500],
  ])('tells by the code that a question was %s', async (kind, failing, status) => {
    const failure = await failureOf(failing());
    expect(failure).toMatchObject({ kind, status });
    expect(failure.queryId).toMatch(/^[0-9a-f-]{36}$/);
    expect(failure.message).not.toMatch(/DB::Exception|Code:/);
  });

  it("keeps the engine's own text, which can quote rows, from callers and logs", async () => {
    const planted = 'planted-hunter2';
    const failure = await failureOf(
      test.store.execute(
        sql`INSERT INTO ${test.store.table('infisical_events')} (id, actor, eventType, createdAt, orgId, eventMetadata)
            SELECT toUUID('00000000-0000-0000-0000-000000000000'), ${bind.text(planted)}, 'x', now(), generateUUIDv4(), ${bind.text(planted)}`,
        asker,
      ),
    );
    expect(failure.kind).toBe('bug');
    // A cast of a text that is not a number quotes the text in the engine's message.
    const quoting = await failureOf(
      test.store.query(sql`SELECT toUInt8(${bind.text(planted)})`, asker),
    );
    for (const each of [failure, quoting]) {
      expect(each.message).not.toContain(planted);
      expect(JSON.stringify(each)).not.toContain(planted);
      expect(JSON.stringify({ ...each })).not.toContain(planted);
    }
    // What the engine said is at hand for whoever debugs, in `cause` alone.
    expect(inspect(quoting.cause)).toContain(planted);
  });

  it('tells its statistics of every statement, also of failed ones', async () => {
    const seen: [string, string | undefined][] = [];
    const counted = new Store(
      test.engine,
      test.store.database,
      { seconds: 60, memoryBytes: 1e9 },
      {
        onStatement: (surface, seconds, failure) => {
          expect(seconds).toBeGreaterThan(0);
          seen.push([surface, failure?.kind]);
        },
      },
    );
    await counted.query(sql`SELECT 1`, asker);
    await failureOf(counted.query(sql`SELECT nothing`, { surface: 'fields' }));
    expect(seen).toEqual([
      ['insight', undefined],
      ['fields', 'bug'],
    ]);
  });

  it('gives every kind of value its one form', async () => {
    const { rows } = await test.store.query(
      sql`SELECT toUInt64(9007199254740991), toInt8(-1), 0.5, toDateTime64('2026-03-15 10:30:00.125', 3, 'UTC'), toDate('2026-03-15'),
            NULL, toNullable('x'), toLowCardinality('y'), true, ['a', 'b'], CAST(NULL, 'Nullable(DateTime64(3, \\'UTC\\'))'), CAST(1 AS Decimal(9, 2)) / 4`,
      asker,
    );
    expect(rows).toEqual([
      [
        9007199254740991,
        -1,
        0.5,
        '2026-03-15T10:30:00.125Z',
        '2026-03-15T00:00:00.000Z',
        null,
        'x',
        'y',
        true,
        ['a', 'b'],
        null,
        0.25,
      ],
    ]);
    const tooLarge = test.store.query(sql`SELECT toUInt64(9007199254740993)`, asker);
    expect(await failureOf(tooLarge)).toMatchObject({ kind: 'bug' });
  });

  it('gives names and types where there is no row', async () => {
    const none = await test.store.query(sql`SELECT number AS n FROM numbers(0)`, asker);
    expect(none).toMatchObject({ names: ['n'], types: ['UInt64'], rows: [] });
  });
});
