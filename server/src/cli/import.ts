import { createReadStream, statSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { IngestAnswer } from '../contract';
import { Failure } from '../failure';
import { call } from './connection';
import type { Connection } from './connection';
import { eventsIn } from './event-file';
import { ImportProgress } from './import-progress';
import { progressDisplay } from './progress-display';
import { formatCount, printable } from './terminal';

/** A body costs the server as much as some thousand events, whatever is in it. */
const eventsPerBatch = 20_000;
/** The server takes 10 MB at most; a batch of long events is closed before it comes near. */
const bytesPerBatch = 8_000_000;
const attempts = 6;
const shownRejections = 5;

interface Batch {
  /** Position of the first event in the file. */
  from: number;
  /** Each event as JSON. */
  rows: readonly string[];
}

interface Totals {
  sent: number;
  stored: number;
  rejected: number;
  reasons: string[];
}

/** Sends the events of a file, or of standard input for `-`, through the ingest door and prints what came of it. */
export async function importEvents(
  connection: Connection,
  file: string,
  { restart }: { restart: boolean },
): Promise<void> {
  const isFile = file !== '-';
  const progress = isFile ? progressOf(file, connection) : undefined;
  const skip = restart ? 0 : (progress?.acknowledged() ?? 0);
  if (skip > 0) {
    write(
      `Going on after the first ${formatCount(skip)} events, which were sent before; --restart sends all.`,
    );
  }
  const totals: Totals = { sent: 0, stored: 0, rejected: 0, reasons: [] };
  let bytesRead = 0;
  const source: AsyncIterable<Buffer> = isFile ? createReadStream(file) : process.stdin;
  const counted = counting(source, (bytes) => (bytesRead += bytes));
  const display = progressDisplay(isFile ? statSync(file).size : undefined);
  try {
    for await (const batch of batches(eventsIn(counted), skip)) {
      for await (const [part, answer] of delivered(connection, batch)) {
        add(totals, part, answer);
        progress?.acknowledge(part.from + part.rows.length);
        display.update(bytesRead, skip + totals.sent);
      }
    }
  } catch (error) {
    display.stop();
    throw explain(error, file, skip + totals.sent);
  }
  display.stop();
  progress?.finish();
  for (const line of summary(totals, skip)) write(line);
}

function progressOf(file: string, { url }: Connection): ImportProgress {
  try {
    return ImportProgress.of(file, url);
  } catch (error) {
    throw new Failure(
      'bad-parameters',
      `${file} cannot be read: name a file, or - for standard input.`,
      {
        cause: error,
      },
    );
  }
}

async function* counting(
  source: AsyncIterable<Buffer>,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    onBytes(chunk.length);
    yield chunk;
  }
}

async function* batches(events: AsyncIterable<unknown>, skip: number): AsyncGenerator<Batch> {
  let position = 0;
  let rows: string[] = [];
  let bytes = 0;
  const closed = (): Batch => {
    const batch = { from: position - rows.length, rows };
    rows = [];
    bytes = 0;
    return batch;
  };
  try {
    for await (const event of events) {
      if (position < skip) {
        position += 1;
        continue;
      }
      const row = JSON.stringify(event);
      const length = Buffer.byteLength(row) + 1;
      if (rows.length === eventsPerBatch || (rows.length > 0 && bytes + length > bytesPerBatch)) {
        yield closed();
      }
      rows.push(row);
      bytes += length;
      position += 1;
    }
  } catch (error) {
    // What was read before the file turned bad is good.
    if (rows.length > 0) yield closed();
    throw error;
  }
  if (rows.length > 0) yield closed();
}

/** A server that was told to take less at once is sent it in halves. */
async function* delivered(
  connection: Connection,
  batch: Batch,
): AsyncGenerator<[Batch, IngestAnswer]> {
  const { from, rows } = batch;
  const answer = await post(connection, rows).catch((error: unknown) => {
    const isTooLarge = error instanceof Failure && error.kind === 'body-too-large';
    if (!isTooLarge || rows.length === 1) throw error;
    return null;
  });
  if (answer) {
    yield [batch, answer];
    return;
  }
  const middle = Math.ceil(rows.length / 2);
  yield* delivered(connection, { from, rows: rows.slice(0, middle) });
  yield* delivered(connection, { from: from + middle, rows: rows.slice(middle) });
}

async function post(connection: Connection, rows: readonly string[]): Promise<IngestAnswer> {
  const body = `[${rows.join(',')}]`;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const options = { method: 'POST', body } as const;
      const response = await call(connection, '/api/v1/ingest/infisical', options);
      return (await response.json()) as IngestAnswer;
    } catch (error) {
      const isPassing =
        error instanceof Failure && (error.kind === 'busy' || error.kind === 'too-many-requests');
      if (!isPassing || attempt === attempts) throw error;
      await pause((error.retryAfter ?? 2 ** (attempt - 1)) * 1_000);
    }
  }
}

function add(totals: Totals, batch: Batch, answer: IngestAnswer): void {
  totals.sent += batch.rows.length;
  totals.stored += answer.stored;
  totals.rejected += answer.rejected_total;
  for (const { position, field, reason } of answer.rejected) {
    if (totals.reasons.length === shownRejections) return;
    const event = formatCount(batch.from + position + 1);
    totals.reasons.push(printable(`  event ${event}, ${field}: ${reason}`));
  }
}

function summary({ sent, stored, rejected, reasons }: Totals, skipped: number): string[] {
  if (sent === 0 && skipped === 0) return ['The file holds no events.'];
  const more =
    rejected > reasons.length ? [`  and ${formatCount(rejected - reasons.length)} more`] : [];
  return [
    `${formatCount(sent)} events sent: ${formatCount(stored)} stored, ${formatCount(rejected)} rejected.`,
    ...reasons,
    ...more,
  ];
}

function explain(error: unknown, file: string, sent: number): unknown {
  const name = file === '-' ? 'Standard input' : file;
  const kept = `the ${formatCount(sent)} events before that are sent`;
  if (error instanceof SyntaxError) {
    return new Failure(
      'bad-parameters',
      `${name} is not JSON behind event ${formatCount(sent)} (${printable(error.message)}); ${kept}.`,
      { cause: error },
    );
  }
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (code !== undefined) {
    return new Failure('bad-parameters', `${name} cannot be read to its end (${code}); ${kept}.`, {
      cause: error,
    });
  }
  return error;
}

const write = (line: string): boolean => process.stdout.write(`${line}\n`);
