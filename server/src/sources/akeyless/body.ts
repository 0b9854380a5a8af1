import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { chain } from 'stream-chain';
import { parser } from 'stream-json/Parser';
import { streamArray } from 'stream-json/streamers/StreamArray';
import { streamValues } from 'stream-json/streamers/StreamValues';
import { badParameter } from '../../failure';
import { stagedRecord } from './record';

const headLength = 65_536;
const rowsAtOnce = 500;

/**
 * Writes the records of a body as the rows that the store stages, one a line: a JSON array, one object
 * or several, an object a line, or lines of text. Memory stays flat.
 * @throws Failure `bad-parameters` where what begins as JSON is none.
 */
export async function stageBody(body: string, staged: string): Promise<void> {
  await pipeline(
    Readable.from(rowsOf(recordsIn(body))),
    createWriteStream(staged, { mode: 0o600, flags: 'wx' }),
  );
}

async function* rowsOf(records: AsyncIterable<unknown>): AsyncGenerator<string> {
  let rows: string[] = [];
  for await (const record of records) {
    rows.push(JSON.stringify(stagedRecord(record)));
    if (rows.length === rowsAtOnce) {
      yield `${rows.join('\n')}\n`;
      rows = [];
    }
  }
  if (rows.length > 0) yield `${rows.join('\n')}\n`;
}

async function* recordsIn(body: string): AsyncGenerator<unknown> {
  const head = (await headOf(body)).trimStart();
  if (head.startsWith('[{') || /^\[\s*[{"\]]/.test(head)) {
    yield* parsed(body, streamArray());
  } else if (head.startsWith('{') && !isJson(head.slice(0, `${head}\n`.indexOf('\n')))) {
    yield* parsed(body, streamValues());
  } else {
    yield* lines(body);
  }
}

async function headOf(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(headLength), 0, headLength, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

async function* lines(file: string): AsyncGenerator<string> {
  const input = createReadStream(file, 'utf8');
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    if (line.trim() !== '') yield line;
  }
}

async function* parsed(
  file: string,
  members: ReturnType<typeof streamArray> | ReturnType<typeof streamValues>,
): AsyncGenerator<unknown> {
  const read = chain([createReadStream(file), parser({ jsonStreaming: true }), members]);
  try {
    for await (const { value } of read as AsyncIterable<{ value: unknown }>) yield value;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw badParameter(
      'body',
      'The body is not JSON: send an array of records, one record, one record a line, or lines of text.',
    );
  }
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    // A line longer than what was looked at may still be whole.
    return line.length >= headLength - 1;
  }
}
