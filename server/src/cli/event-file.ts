import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { chain } from 'stream-chain';
import { pick } from 'stream-json/filters/Pick';
import { parser } from 'stream-json/Parser';
import { streamArray } from 'stream-json/streamers/StreamArray';
import { streamValues } from 'stream-json/streamers/StreamValues';

/** How much is looked at to tell the forms of a file apart. */
const headLength = 65_536;

type Texts = AsyncIterable<string>;

/**
 * The events of a file, one after another: NDJSON, a JSON array, objects over several lines, or a saved
 * response of Infisical's audit-log API; packed with gzip or not. At no time is the whole file in memory.
 * @throws SyntaxError where the text is not JSON.
 */
export async function* eventsIn(bytes: AsyncIterable<Buffer>): AsyncGenerator<unknown> {
  const { head, all } = await withHead(textOf(await unpacked(bytes)));
  const text = head.trimStart();
  if (text === '') return;
  if (text.startsWith('[')) yield* members(all, [streamArray()]);
  else if (/^\{\s*"auditLogs"\s*:/.test(text)) {
    yield* members(all, [pick({ filter: 'auditLogs' }), streamArray()]);
  } else if (isJson(text.slice(0, text.indexOf('\n') + 1))) yield* lines(all);
  else yield* members(all, [streamValues()]);
}

async function unpacked(bytes: AsyncIterable<Buffer>): Promise<AsyncIterable<Buffer>> {
  const iterator = bytes[Symbol.asyncIterator]();
  const first = await iterator.next();
  const whole = Readable.from(putBack(first, iterator), { objectMode: false });
  const isPacked = !first.done && first.value[0] === 0x1f && first.value[1] === 0x8b;
  // chain() hands the errors of the source on, which pipe() alone does not.
  return isPacked ? chain([whole, createGunzip()], { readableObjectMode: false }) : whole;
}

async function* textOf(bytes: AsyncIterable<Buffer>): Texts {
  const decoder = new TextDecoder();
  for await (const chunk of bytes) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

async function withHead(texts: Texts): Promise<{ head: string; all: Texts }> {
  const iterator = texts[Symbol.asyncIterator]();
  let head = '';
  let next = await iterator.next();
  while (!next.done && head.length + next.value.length < headLength) {
    head += next.value;
    next = await iterator.next();
  }
  const last = next.done ? '' : next.value;
  return { head: head + last, all: startingWith(head + last, iterator) };
}

async function* startingWith(head: string, rest: AsyncIterator<string>): Texts {
  yield* putBack({ done: false, value: head }, rest);
}

async function* putBack<T>(first: IteratorResult<T>, rest: AsyncIterator<T>): AsyncGenerator<T> {
  for (let next = first; !next.done; next = await rest.next()) yield next.value;
}

async function* lines(texts: Texts): AsyncGenerator<unknown> {
  let rest = '';
  for await (const text of texts) {
    const [first = '', ...more] = text.split('\n');
    rest += first;
    for (const line of more) {
      if (rest.trim() !== '') yield JSON.parse(rest);
      rest = line;
    }
  }
  if (rest.trim() !== '') yield JSON.parse(rest);
}

type Step =
  ReturnType<typeof pick> | ReturnType<typeof streamArray> | ReturnType<typeof streamValues>;

async function* members(texts: Texts, steps: Step[]): AsyncGenerator<unknown> {
  const source = Readable.from(texts, { objectMode: false });
  const read = chain([source, parser({ jsonStreaming: true }), ...steps]);
  try {
    for await (const { value } of read as AsyncIterable<{ value: unknown }>) yield value;
  } catch (error) {
    throw error instanceof Error && error.message.startsWith('Parser')
      ? new SyntaxError(error.message, { cause: error })
      : error;
  }
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
