import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';
import type { Insights } from '../insights/insights';
import { eventStream } from '../store/relations/event-stream';
import { eventLine, formats } from './event-line';
import type { AskedEvents, ExportFormat } from './event-question';

/**
 * Every event of the range, some thousand at a time, so that memory stays the same at any size.
 * @returns how many were written.
 */
export async function sendEvents(
  response: Response,
  insights: Insights,
  { question, limit = Infinity }: AskedEvents,
  format: ExportFormat,
  signal: AbortSignal,
): Promise<number> {
  const { type, head } = formats[format];
  let written = 0;
  async function* pages(): AsyncGenerator<string | Buffer> {
    // At once, so that the caller sees that it began.
    if (head !== '') yield head;
    const line = eventLine(format, insights);
    const asker = { surface: 'export' as const, insight: 'events', signal };
    const { store, events } = insights;
    for await (const page of eventStream(store, events, { ...question, line, limit }, asker)) {
      written += page.events;
      yield page.bytes;
    }
  }
  response.status(200);
  response.attachment(`events.${format}`);
  // After the name, from whose ending Express makes up a type of its own.
  response.type(type);
  await pipeline(Readable.from(pages(), { objectMode: false }), response);
  return written;
}
