import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { createClient } from '@clickhouse/client';
import type { ClickHouseClient } from '@clickhouse/client';
import { createChdbConnection } from 'chdb/connection';
import { literal } from '../src/store/parameter-text';
import type { TestStore } from './harness';

export interface SeenRequest {
  queryId: string;
  /** Whether the values travelled beside the statement. */
  parameters: Record<string, string>;
  settings: Record<string, string>;
  compressed: boolean;
  /** Whether the client left before it had its answer. */
  aborted: boolean;
}

export interface ClickHouseHttp {
  url: string;
  seen: SeenRequest[];
  close: () => Promise<void>;
}

type InjectedConnection = NonNullable<
  NonNullable<Parameters<typeof createClient>[0]>['connection']
>;

/**
 * Speaks ClickHouse's HTTP protocol, as far as its own client uses it, over the embedded engine of a
 * test: a statement in the body or in the address with rows as the body, `param_…`, settings, users,
 * errors with their code, gzip. Each request has a connection to itself, as on a server.
 */
export async function serveClickHouse(
  test: TestStore,
  user: { name: string; password: string },
): Promise<ClickHouseHttp> {
  const seen: SeenRequest[] = [];
  const running = new Set<Promise<void>>();
  const server = createServer((request, response) => {
    const work = answer(test, user, seen, request, response)
      .catch((error: unknown) => {
        fail(response, error);
      })
      .finally(() => running.delete(work));
    running.add(work);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    await stop(server);
    // The engine goes on with a statement whose client has left; its folder must stay until then.
    await Promise.all(running);
  };
  return { url: `http://127.0.0.1:${port}`, seen, close };
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** Members of the address that are about the request and are not settings of the engine. */
const ofTheRequest = new Set(['query', 'query_id', 'database', 'wait_end_of_query', 'session_id']);

async function answer(
  test: TestStore,
  user: { name: string; password: string },
  seen: SeenRequest[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const address = new URL(request.url ?? '/', 'http://stand-in');
  const sent = await text(request);
  const form = await formOf(request, sent);
  const given = { ...Object.fromEntries(address.searchParams), ...form };
  const expected = `Basic ${Buffer.from(`${user.name}:${user.password}`).toString('base64')}`;
  if (request.headers.authorization !== expected) {
    throw new EngineError(
      '516',
      'AUTHENTICATION_FAILED',
      `${user.name}: Authentication failed: password is incorrect.`,
    );
  }
  const parameters = pick(given, (key) => key.startsWith('param_'));
  const settings = pick(given, (key) => !key.startsWith('param_') && !ofTheRequest.has(key));
  const wantsGzip =
    given.enable_http_compression === '1' &&
    String(request.headers['accept-encoding']).includes('gzip');
  const record: SeenRequest = {
    queryId: given.query_id ?? '',
    parameters,
    settings,
    compressed: wantsGzip,
    aborted: false,
  };
  seen.push(record);
  response.on('close', () => {
    record.aborted = !response.writableFinished;
  });
  const client = connect(test);
  try {
    const assignments = Object.entries(parameters).map(
      ([key, value]) => `${key} = ${literal(value)}`,
    );
    if (assignments.length > 0) await run(client, `SET ${assignments.join(', ')}`, {});
    const statement =
      form.query ??
      (given.query === undefined ? sent : await insertOf(test, client, given.query, sent));
    const result = Buffer.from(await run(client, statement, settings));
    response.writeHead(200, {
      'Content-Type': 'text/plain; charset=UTF-8',
      'X-ClickHouse-Query-Id': given.query_id ?? randomUUID(),
      ...(wantsGzip && { 'Content-Encoding': 'gzip' }),
    });
    response.end(wantsGzip ? gzipSync(result) : result);
  } finally {
    await client.close();
  }
}

/** A statement and its parameters as parts of a form, which is how a client keeps them out of the address. */
async function formOf(request: IncomingMessage, sent: string): Promise<Record<string, string>> {
  const type = request.headers['content-type'] ?? '';
  if (!type.startsWith('multipart/form-data')) return {};
  const form = await new Response(sent, { headers: { 'content-type': type } }).formData();
  return Object.fromEntries([...form].map(([key, value]) => [key, String(value)]));
}

const connect = (test: TestStore): ClickHouseClient =>
  createClient({
    connection: createChdbConnection({ path: test.path }) as unknown as InjectedConnection,
  });

async function run(
  client: ClickHouseClient,
  query: string,
  settings: Record<string, string>,
): Promise<string> {
  const { stream } = await client.exec({ query, clickhouse_settings: settings });
  return text(stream);
}

/** Rows in a body are data there: they are read from a file by the columns that the statement names. */
async function insertOf(
  test: TestStore,
  client: ClickHouseClient,
  query: string,
  body: string,
): Promise<string> {
  const [, table = '', columns = ''] =
    /^INSERT INTO (\S+) \(([^)]*)\)\s+FORMAT JSONEachRow\s*$/.exec(query) ?? [];
  if (table === '') throw new EngineError('62', 'SYNTAX_ERROR', 'the stand-in knows one insert');
  const described = await run(client, `DESCRIBE TABLE ${table} FORMAT JSONCompactEachRow`, {});
  const types = new Map(
    described
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as [string, string]),
  );
  const structure = columns
    .split(/,\s*/)
    .map((column) => `${column} ${types.get(column.replaceAll('`', '')) ?? ''}`)
    .join(', ');
  return `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM file(${literal(test.spool(body))}, 'JSONEachRow', ${literal(structure)})`;
}

class EngineError extends Error {
  constructor(
    readonly code: string,
    readonly type: string,
    message: string,
  ) {
    super(message);
  }
}

/** As a server writes it: the code in a header and again in the text. */
function fail(response: ServerResponse, error: unknown): void {
  const { code, type, message } =
    error instanceof Error && 'code' in error && 'type' in error
      ? { code: String(error.code), type: String(error.type), message: error.message }
      : { code: '1002', type: 'UNKNOWN_EXCEPTION', message: String(error) };
  response.writeHead(code === '516' ? 403 : 500, { 'X-ClickHouse-Exception-Code': code });
  response.end(`Code: ${code}. DB::Exception: ${message}. (${type}) (version 26.7.2.1)\n`);
}

const pick = (
  record: Record<string, string>,
  matches: (key: string) => boolean,
): Record<string, string> =>
  Object.fromEntries(Object.entries(record).filter(([key]) => matches(key)));
