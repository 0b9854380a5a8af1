import { readFile } from 'node:fs/promises';
import type { Request, RequestHandler } from 'express';
import type { IngestAnswer } from '../contract';
import { sourceName } from '../config/source-name';
import { Failure, badParameter } from '../failure';
import { ingestAkeyless } from '../sources/akeyless/ingest';
import { ingestInfisical } from '../sources/infisical/ingest';
import type { Doors, IngestOptions } from '../sources/ingest/door';
import type { ApiDeps } from './api';
import { HttpRefusal } from './http-refusal';
import { searchOf, single, valuesByName } from './rest-query';
import type { Route } from './route';
import { reference, text } from './schemas';
import { sizeText, tooLarge, withSpooledBody } from './spool';

/** A vendor's events as they come in here. */
interface Intake {
  vendor: string;
  summary: string;
  /** What a body may be; the end of the sentence `The body is empty: send …`. */
  forms: string;
  types: readonly string[];
  take: (doors: Doors, file: string, options: IngestOptions) => Promise<IngestAnswer>;
}

const jsonTypes = ['application/json', 'application/x-ndjson'];
const intakes: readonly Intake[] = [
  {
    vendor: 'infisical',
    summary: "Takes audit events as Infisical's log stream to a custom endpoint sends them",
    forms: 'an array of events, one event, or one event a line',
    types: jsonTypes,
    take: ingestInfisical,
  },
  {
    vendor: 'akeyless',
    summary: "Takes audit records as Akeyless's log forwarding writes them",
    forms: 'an array of records, one record, one record a line, or lines of text',
    types: [...jsonTypes, 'text/plain'],
    take: ingestAkeyless,
  },
];

export function ingestRoutes(deps: ApiDeps): Route[] {
  const slots = new Slots(deps.config.limits.ingests);
  return intakes.map((intake) => route(deps, intake, slots));
}

/** How many bodies are being taken in, whatever their vendor. */
class Slots {
  readonly #most: number;
  #taken = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** @throws Failure where no slot is free: senders keep the body and come again. */
  take(): () => void {
    if (this.#taken >= this.#most) {
      throw new Failure(
        'too-many-requests',
        'As many bodies of events as allowed are being taken in: send this one again in a moment.',
        { retryAfter: 1 },
      );
    }
    this.#taken += 1;
    return () => {
      this.#taken -= 1;
    };
  }
}

const route = (deps: ApiDeps, intake: Intake, slots: Slots): Route => ({
  method: 'post',
  path: `/api/v1/ingest/${intake.vendor}`,
  access: ['ingest'],
  summary: intake.summary,
  description: `${intake.forms.charAt(0).toUpperCase()}${intake.forms.slice(1)}; also gzip, deflate or br. Good events are stored when this answers, bad ones are listed; \`{"ping":"ok"}\` is answered with \`{"pong":"ok"}\`. Sending an event again changes nothing.`,
  parameters: [
    {
      name: 'source',
      in: 'query',
      description: 'Name of the connection',
      schema: { ...text, default: intake.vendor },
    },
    {
      name: 'strict',
      in: 'query',
      description: 'true refuses the whole body where one event is bad',
      schema: { type: 'boolean', default: false },
    },
  ],
  body: { kind: 'stream', types: intake.types, schema: {} },
  answer: {
    status: 200,
    description: 'What was stored and what was not',
    content: { 'application/json': { anyOf: [reference('IngestAnswer'), reference('Pong')] } },
  },
  handle: takeEvents(deps, intake, slots),
});

const takeEvents = (
  { config, insights, store, metrics, now }: ApiDeps,
  intake: Intake,
  slots: Slots,
): RequestHandler => {
  const { limits, paths } = config;

  const ingest = async (request: Request): Promise<IngestAnswer | { pong: 'ok' }> => {
    const { source, strict } = parseOptions(request, intake);
    checkHeaders(request, intake, limits.bodyBytes);
    const body = {
      stream: request,
      encoding: (request.get('content-encoding') ?? '').trim().toLowerCase(),
    };
    return withSpooledBody(body, paths.spool, limits, async (file, bytes) => {
      if (bytes === 0) throw badParameter('body', `The body is empty: send ${intake.forms}.`);
      if (await isPing(file, bytes)) return { pong: 'ok' };
      const doors = {
        store,
        closed: insights.closed,
        projectsNamed: () => insights.projects.refresh(),
      };
      const answer = await intake.take(doors, file, {
        source,
        strict,
        retentionDays: limits.rawRetentionDays,
        maxEvents: limits.events,
        now: now(),
      });
      metrics.countIngest(answer);
      return answer;
    });
  };

  return async (request, response) => {
    // Before anything of the body is read.
    const done = slots.take();
    try {
      response.json(await ingest(request));
    } catch (error) {
      metrics.countRefusedBody();
      throw error;
    } finally {
      done();
    }
  };
};

function parseOptions(request: Request, { vendor }: Intake): { source: string; strict: boolean } {
  const values = valuesByName(searchOf(request.url));
  const unknown = [...values.keys()].find((name) => name !== 'source' && name !== 'strict');
  if (unknown !== undefined)
    throw badParameter(unknown, `This call takes source and strict, not '${unknown}'.`);
  const source = single('source', values.get('source')) ?? vendor;
  if (!sourceName.safeParse(source).success) {
    throw badParameter(
      'source',
      'source must be 1 to 64 letters, digits or . _ - and begin with a letter or digit.',
    );
  }
  const strict = single('strict', values.get('strict')) ?? 'false';
  if (strict !== 'true' && strict !== 'false')
    throw badParameter('strict', 'strict must be true or false.');
  return { source, strict: strict === 'true' };
}

function checkHeaders(request: Request, { types }: Intake, bodyBytes: number): void {
  if (request.is([...types]) === false) {
    throw new HttpRefusal(415, `Content-Type must be ${types.join(' or ')}.`);
  }
  // Said before the body is sent, where the sender tells its length.
  if (Number(request.get('content-length') ?? 0) > bodyBytes)
    throw tooLarge(`The body is larger than ${sizeText(bodyBytes)}`);
}

/** Infisical's test of a new stream: one object that says only `ping`. */
async function isPing(file: string, bytes: number): Promise<boolean> {
  if (bytes > 64) return false;
  try {
    const content: unknown = JSON.parse(await readFile(file, 'utf8'));
    return (
      typeof content === 'object' && content !== null && Object.keys(content).join() === 'ping'
    );
  } catch {
    // Not JSON: the engine reads it next and says so.
    return false;
  }
}
