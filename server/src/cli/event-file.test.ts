import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';

import { eventsIn } from './event-file';

const events = [
  { id: '1', actorMetadata: { name: 'a, "b" =\r\n\u2028' }, eventMetadata: { secretPath: '/' } },
  { id: '2', actorMetadata: { name: 'zoë 例え 👩‍💻' }, list: [1, null, true] },
  { id: '3', auditLogs: 'not a response' },
];
const forms: Record<string, (list: unknown[]) => string> = {
  'lines of JSON': (list) => list.map((each) => `${JSON.stringify(each)}\n`).join(''),
  'lines that end in CR LF, some empty': (list) =>
    list.map((each) => `${JSON.stringify(each)}\r\n\r\n`).join(''),
  'lines without a last line end': (list) => list.map((each) => JSON.stringify(each)).join('\n'),
  'an array': (list) => JSON.stringify(list),
  'an array over several lines': (list) => `\ufeff \n${JSON.stringify(list, null, 2)}\n`,
  'objects over several lines': (list) =>
    list.map((each) => JSON.stringify(each, null, 2)).join('\n'),
  'a saved response': (list) => JSON.stringify({ auditLogs: list }),
  'a saved response over several lines': (list) => JSON.stringify({ auditLogs: list }, null, 2),
};

async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(bytes: AsyncIterable<Buffer>): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const event of eventsIn(bytes)) found.push(event);
  return found;
}

describe('the events of a file', () => {
  it.each(Object.entries(forms))('are read from %s', async (_, write) => {
    const bytes = Buffer.from(write(events));
    await expect(read(inChunks(bytes, bytes.length))).resolves.toEqual(events);
    await expect(read(inChunks(bytes, 7))).resolves.toEqual(events);
    await expect(read(inChunks(gzipSync(bytes), 7))).resolves.toEqual(events);
  });

  it.each(Object.entries(forms))('are read from %s, whatever they hold', async (_, write) => {
    const member = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue());
    const list = fc.array(fc.record({ id: fc.uuid(), any: member }), { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(list, fc.integer({ min: 1, max: 999 }), async (wanted, size) => {
        // The one name that objects in JavaScript cannot be given like others.
        fc.pre(!JSON.stringify(wanted).includes('__proto__'));
        const plain = JSON.parse(JSON.stringify(wanted)) as unknown;
        expect(await read(inChunks(Buffer.from(write(wanted)), size))).toEqual(plain);
      }),
      { numRuns: 25 },
    );
  });

  it('are none in an empty file', async () => {
    await expect(read(inChunks(Buffer.from(''), 1))).resolves.toEqual([]);
    await expect(read(inChunks(Buffer.from(' \n'), 1))).resolves.toEqual([]);
    await expect(read(inChunks(Buffer.from('[]'), 1))).resolves.toEqual([]);
  });

  it.each(Object.entries(forms))('are given up to where %s break off', async (_, write) => {
    const bytes = Buffer.from(
      write(events).replace('"id":"3"', '"id":').replace('"id": "3"', '"id":'),
    );
    const found: unknown[] = [];
    const reading = (async () => {
      for await (const event of eventsIn(inChunks(bytes, 7))) found.push(event);
    })();
    await expect(reading).rejects.toThrow(SyntaxError);
    expect(found).toEqual(events.slice(0, 2));
  });

  it('are not held in memory all at once', async () => {
    const line = `${JSON.stringify(events[0])}\n`;
    let made = 0;
    async function* endless(): AsyncGenerator<Buffer> {
      for (;;) {
        made += 1;
        yield Buffer.from(line.repeat(100));
      }
    }
    let seen = 0;
    for await (const event of eventsIn(endless())) {
      expect(event).toEqual(events[0]);
      seen += 1;
      if (seen === 5_000) break;
    }
    expect(made * 100 - seen).toBeLessThan(2_000);
  });

  it('fail as the file fails', async () => {
    const broken = Readable.from([Buffer.from('{"id":"1"}\n{"i')]);
    await expect(read(broken)).rejects.toThrow(SyntaxError);
    const cut = gzipSync(Buffer.from(JSON.stringify(events))).subarray(0, 60);
    await expect(read(inChunks(cut, 7))).rejects.toThrow('unexpected end of file');
  });
});
