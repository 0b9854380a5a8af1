import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import fc from 'fast-check';
import type { InsightResult } from '../contract';
import { csvCell, sendCsv } from './csv';

const keys = ['name', 'path', 'note'];
let rows: Record<string, string>[] = [];

const server = createServer(
  express().get('/', (_request, response) => {
    const result: InsightResult = {
      columns: keys.map((key) => ({ key, type: 'string', title: key, description: key })),
      rows,
      meta: {
        insight: 'top-actors',
        version: 1,
        from: '',
        to: '',
        zone: 'UTC',
        closed_until: null,
        rows: rows.length,
        truncated: true,
        notices: [],
      },
    };
    return sendCsv(response, result);
  }),
);
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
const fetchCsv = (): Promise<Response> =>
  fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);

/** RFC 4180, strictly: a line ends with CRLF, and outside of quotes there are no other line ends. */
function parse(csv: string): string[][] {
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  const lines: string[][] = [];
  let line: string[] = [];
  while (cell.lastIndex < csv.length) {
    const at = cell.lastIndex;
    const match = cell.exec(csv);
    if (!match) throw new Error(`no cell at ${at} of ${JSON.stringify(csv)}`);
    line.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === ',') continue;
    lines.push(line);
    line = [];
  }
  return lines;
}

describe('CSV', () => {
  it('brings any text back as it was', async () => {
    const cell = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: fc.constantFrom('"', ',', '\r', '\n', ';', "'", '=', ' ', 'ä', 'a') }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ name: cell, path: cell, note: cell })),
        async (given) => {
          rows = given;
          const read = parse(
            new TextDecoder('utf-8', { ignoreBOM: true }).decode(
              await (await fetchCsv()).arrayBuffer(),
            ),
          );
          expect(read).toEqual([keys, ...given.map(({ name, path, note }) => [name, path, note])]);
        },
      ),
    );
  });

  it('says that it is a file, and whether it is whole', async () => {
    const { headers } = await fetchCsv();
    expect(headers.get('content-disposition')).toBe('attachment; filename=top-actors.csv');
    expect(headers.get('x-secret-insights-truncated')).toBe('true');
  });

  it.each([
    [null, ''],
    [0, '0'],
    [0.25, '0.25'],
    [false, 'false'],
    [['a', 'b'], 'a;b'],
    [{ a: 1 }, '{"a":1}'],
    ['=1+1', '=1+1'],
  ])('%j is %s', (value, text) => {
    expect(csvCell(value)).toBe(text);
  });
});
