import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { ask, now, openTestStore, retentionDays, span } from '../../test/harness';
import type { TestStore } from '../../test/harness';
import { serveClickHouse } from '../../test/clickhouse-http';
import type { ClickHouseHttp } from '../../test/clickhouse-http';
import { nastyTexts } from '../../test/events';
import { fillWorld } from '../../test/world';
import { openInsights } from '../compose';
import { Failure } from '../failure';
import { insights as catalogue } from '../insights/catalogue';
import { ingestInfisical } from '../sources/infisical/ingest';
import { migrate } from './migrate';
import { ClosedTime } from './rollups/closed-time';
import { ServerEngine } from './server-engine';
import { bind, sql } from './sql';
import { StateLog } from './state-log';
import { Store } from './store';
import type { Asker } from './store';

const user = { name: 'insights', password: 'pass: "wörd" &?' };
const asker: Asker = { surface: 'insight' };

describe('a ClickHouse server over HTTP', () => {
  let test: TestStore;
  let http: ClickHouseHttp;
  const opened: Store[] = [];
  /** Everything that was written to the console, as a log collector would read it. */
  let written: string;

  beforeAll(async () => {
    test = await openTestStore();
    http = await serveClickHouse(test, user);
  });
  beforeEach(() => {
    written = '';
    for (const level of ['error', 'warn', 'info', 'log'] as const) {
      jest.spyOn(console, level).mockImplementation((...words: unknown[]) => {
        written += words.map((word) => inspect(word, { depth: 9 })).join(' ');
      });
    }
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(async () => {
    await Promise.all(opened.map((store) => store.close()));
    await http.close();
    await test.close();
  });

  function storeAt(url = http.url, password = user.password): Store {
    const engine = new ServerEngine({
      url,
      username: user.name,
      password,
      connections: 4,
      requestTimeoutMs: 30_000,
    });
    const store = new Store(engine, 'over_http', { seconds: 60, memoryBytes: 2e9 });
    opened.push(store);
    return store;
  }

  async function failureOf(work: Promise<unknown>): Promise<Failure> {
    const error = await work.then(
      () => new Error('it did not fail'),
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof Failure)) throw error;
    return error;
  }

  it('gives an answer in lines, whole and from its beginning, and tells why it cannot', async () => {
    const store = storeAt();
    const question = sql`SELECT concat(toString(number), ${bind.text('\t"é')}) FROM numbers(100000)`;
    const pieces = [];
    for await (const piece of store.lines(question, { surface: 'export' })) pieces.push(piece);
    expect(String(Buffer.concat(pieces))).toBe(
      Array.from({ length: 100_000 }, (_, number) => `${number}\t"é\n`).join(''),
    );
    for await (const piece of store.lines(question, { surface: 'export' })) {
      expect(String(piece)).toMatch(/^0\t"é\n1/);
      break;
    }
    const nowhere = store.lines(sql`SELECT text FROM nowhere`, { surface: 'export' });
    expect(await failureOf(nowhere.next())).toMatchObject({ kind: 'unknown' });
    expect(store.turns.running('file')).toBe(0);
  });

  it('answers every insight as the embedded engine does', async () => {
    const { events } = await fillWorld(test, { seed: 31, count: 400 });
    const store = storeAt();
    await migrate(store);
    await migrate(store);
    const state = await StateLog.replay(store);
    const options = {
      source: 'stream',
      strict: false,
      retentionDays,
      maxEvents: 100_000,
      now: now - 60_000,
    };
    const bad = { ...events[0], id: 'no-uuid' };
    const doors = { store, closed: new ClosedTime(state) };
    for (const body of [JSON.stringify([...events, bad]), JSON.stringify(events[0])]) {
      const answer = await ingestInfisical(doors, test.spool(body), options);
      expect(answer.stored).toBe(answer.received - answer.rejected_total);
    }
    await test.ingest([bad], { now: now - 60_000 });
    const overHttp = await openInsights({
      store,
      state,
      auditLogTables: [],
      collectorIdentities: [],
      rows: 100_000,
      now: () => now,
    });
    const embedded = await test.insights();
    const range = span('2026-02-20T05:00:00Z', '2026-03-15T10:30:00Z');
    const answered: string[] = [];
    for (const { id } of catalogue) {
      const asked = { range, zone: 'Asia/Kolkata' };
      const [one, other] = [await ask(overHttp, id, asked), await ask(embedded, id, asked)];
      // How often an event came again is the one thing in which the two histories differ.
      const comparable = (rows: typeof one.rows) =>
        rows.map(({ duplicates: _, duplicate_share: __, ...row }) => row);
      expect(comparable(one.rows)).toEqual(comparable(other.rows));
      expect(one.columns).toEqual(other.columns);
      if (one.rows.length > 0) answered.push(id);
    }
    expect(answered).toEqual(
      expect.arrayContaining(['access-volume', 'top-actors', 'auth-methods', 'coverage']),
    );
  });

  it('refuses a body that is not JSON there too, and executes none of it', async () => {
    const store = storeAt();
    await migrate(store);
    const doors = { store, closed: new ClosedTime(await StateLog.replay(store)) };
    const options = { source: 's', strict: false, retentionDays, maxEvents: 10, now };
    const body = '{"id":"x"}\n\n;DROP TABLE over_http.infisical_events';
    const failure = await failureOf(ingestInfisical(doors, test.spool(body), options));
    expect(failure).toMatchObject({ status: 400, field: 'body' });
    const rows = await store.rows(sql`EXISTS ${store.table('infisical_events')}`, asker);
    expect(Object.values(rows[0] ?? {})).toEqual([1]);
  });

  it('sends values beside the statement and gets every text back', async () => {
    const store = storeAt();
    const { rows } = await store.query(
      sql`SELECT ${bind.texts(nastyTexts)}, ${bind.text(nastyTexts.join('|'))}, ${bind.instant(now)}, toUInt64(9007199254740991)`,
      asker,
    );
    expect(rows).toEqual([
      [[...nastyTexts], nastyTexts.join('|'), new Date(now).toISOString(), 9007199254740991],
    ]);
    const request = http.seen.at(-1);
    expect(Object.keys(request?.parameters ?? {})).toEqual(['param_p0', 'param_p1', 'param_p2']);
  });

  it('names every statement, limits it, and asks for compression', async () => {
    const { queryId } = await storeAt().query(sql`SELECT 1`, {
      ...asker,
      insight: 'access-volume',
    });
    expect(http.seen.at(-1)).toMatchObject({
      queryId,
      compressed: true,
      settings: {
        max_execution_time: '60',
        max_memory_usage: '2000000000',
        log_comment: 'secret-insights insight access-volume',
        session_timezone: 'UTC',
        output_format_json_quote_64bit_integers: '1',
        cancel_http_readonly_queries_on_client_close: '1',
      },
    });
  });

  it('keeps forty answers apart', async () => {
    const store = storeAt();
    const results = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        store.query(sql`SELECT ${bind.text(`text ${index}`)}, ${bind.integer(index)}`, asker),
      ),
    );
    expect(results.map(({ rows }) => rows[0])).toEqual(
      Array.from({ length: 40 }, (_, index) => [`text ${index}`, index]),
    );
  });

  it('tells failures by their code, without the text of the server', async () => {
    const store = storeAt();
    const planted = 'planted-hunter2';
    const quoting = await failureOf(store.query(sql`SELECT toUInt8(${bind.text(planted)})`, asker));
    expect(quoting).toMatchObject({ kind: 'bug', status: 500 });
    expect(quoting.message + JSON.stringify(quoting)).not.toContain(planted);
    expect(written).not.toContain(planted);
    const slow = await failureOf(
      store.query(sql`SELECT sleepEachRow(0.1) FROM numbers(50) SETTINGS max_block_size = 1`, {
        ...asker,
        settings: { max_execution_time: 0.2 },
      }),
    );
    expect(slow).toMatchObject({ kind: 'too-slow', status: 504 });
    expect((await store.query(sql`SELECT 1`, asker)).rows).toEqual([[1]]);
  });

  it('says which settings are wrong where the password is', async () => {
    const failure = await failureOf(storeAt(http.url, 'wrong').query(sql`SELECT 1`, asker));
    expect(failure).toMatchObject({
      kind: 'unreachable',
      message:
        'The database refused the user or password of this server: check CLICKHOUSE_USER and CLICKHOUSE_PASSWORD.',
    });
  });

  it('says so where nothing answers', async () => {
    const gone = await serveClickHouse(test, user);
    await gone.close();
    const failure = await failureOf(storeAt(gone.url).query(sql`SELECT 1`, asker));
    expect(failure).toMatchObject({
      kind: 'unreachable',
      status: 503,
      message: 'The database cannot be reached: check CLICKHOUSE_URL and that it runs.',
    });
  });

  it('leaves the server when the viewer has left, and calls that no fault', async () => {
    const controller = new AbortController();
    const left = failureOf(
      storeAt().query(sql`SELECT sleepEachRow(0.05) FROM numbers(40) SETTINGS max_block_size = 1`, {
        ...asker,
        signal: controller.signal,
      }),
    );
    const before = http.seen.length;
    while (http.seen.length === before) await sleep(5);
    controller.abort();
    const failure = await left;
    expect(failure.kind).not.toBe('bug');
    // The server notices a moment after the client; were it never to, this would run out of time.
    while (!http.seen.at(-1)?.aborted) await sleep(5);
  });
});
