import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify/sync';
import type { Response } from 'express';
import type { Insights } from '../insights/insights';
import type { EventRow } from '../store/relations/event-pages';
import { eventStream } from '../store/relations/event-stream';
import { auditEvent } from './event-shape';
import type { AuditEvent } from './event-shape';
import type { AskedEvents, ExportFormat } from './event-question';

const columns: Readonly<Record<string, (event: AuditEvent) => string | null>> = {
  id: ({ id }) => id,
  timestamp: ({ timestamp }) => timestamp,
  event_type: ({ event }) => event.type,
  event_class: ({ event }) => event.class,
  actor_type: ({ actor }) => actor.type,
  org_id: ({ orgId }) => orgId,
  project_id: ({ projectId }) => projectId,
  project_name: ({ projectName }) => projectName,
  ip_address: ({ ipAddress }) => ipAddress,
  user_agent: ({ userAgent }) => userAgent,
  user_agent_type: ({ userAgentType }) => userAgentType,
  expires_at: ({ expiresAt }) => expiresAt,
  event_metadata: ({ event }) => JSON.stringify(event.metadata),
  actor_metadata: ({ actor }) => JSON.stringify(actor.metadata),
};

const csv = (rows: (string | null)[][]): string =>
  stringify(rows, { record_delimiter: 'windows', quoted_match: /[\r\n]/ });

interface Format {
  type: string;
  head: string;
  text: (events: AuditEvent[]) => string;
}

const formats: Readonly<Record<ExportFormat, Format>> = {
  ndjson: {
    type: 'application/x-ndjson; charset=utf-8',
    head: '',
    text: (events) => events.map((event) => `${JSON.stringify(event)}\n`).join(''),
  },
  csv: {
    type: 'text/csv; charset=utf-8',
    head: csv([Object.keys(columns)]),
    text: (events) => csv(events.map((event) => Object.values(columns).map((cell) => cell(event)))),
  },
};

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
  const { type, head, text } = formats[format];
  let written = 0;
  async function* pages(): AsyncGenerator<string> {
    // At once, so that the caller sees that it began.
    if (head !== '') yield head;
    const asker = { surface: 'events' as const, insight: 'export', signal };
    for await (const rows of eventStream(insights.store, insights.events, question, asker)) {
      for (const part of parts(rows.slice(0, limit - written))) {
        written += part.length;
        yield text(part.map((row) => auditEvent(row, insights)));
        // Other requests get their turn between two parts.
        await new Promise(setImmediate);
      }
      if (written >= limit) return;
    }
  }
  response.status(200);
  response.attachment(`events.${format}`);
  // After the name, from whose ending Express makes up a type of its own.
  response.type(type);
  await pipeline(Readable.from(pages(), { objectMode: false }), response);
  return written;
}

const partLength = 2_000;

function* parts(rows: readonly EventRow[]): Generator<readonly EventRow[]> {
  for (let start = 0; start < rows.length; start += partLength) {
    yield rows.slice(start, start + partLength);
  }
}
