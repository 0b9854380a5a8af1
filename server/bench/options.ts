import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export const parts = ['ingest', 'answers', 'serving', 'csv', 'pages', 'disk'] as const;
export type Part = (typeof parts)[number];

export const help = `npm run bench -- [--events 20000000] [--days 400] [--ingest 500000] [--body 5000] [--store FOLDER] [--only PARTS] [--json FILE]

Fills an embedded store with made-up events of Infisical's shape (a tenth of them delivered twice),
closes their days, and prints
  ingest    events a second through the HTTP door, bodies of which each comes twice, and memory added
  answers   each insight beside hand-written SQL over raw events, and whether both give the same
  serving   the server over HTTP: whole answers beside the engine's own time, a dashboard as one batch,
            50 viewers beside one, an alert beside a report
  csv       the largest files: access log report and export, rows a second and memory added
  pages     (only where named) single events: first page for every filter, and an export
  disk      raw table and rollups
Ratios come from one run on one engine; single milliseconds depend on the machine. Whatever asks over
HTTP is a process of its own, so that the server is measured and not who asks it.

  --events          events in the store (default 20,000,000)
  --days            days they are spread over (default 400)
  --ingest          events that go through the HTTP door (default 500,000), of which half are the other
                    half once more; 10,000,000 take some 4 GB of disk for their bodies
  --body            events in each body through the door (default 5,000); 20,000 nearly fill the largest
                    body that a server takes by default
  --store           keeps the store in this folder; one that holds these events already is not filled
                    again, and takes none through the door
  --only            parts with commas between them, of: ${parts.join(', ')}; memory is best measured
                    by a process that does nothing else, such as --only csv
  --viewer-seconds  how long viewers watch a dashboard (default 40)
  --json            also writes the figures to this file, after each part`;

export interface Options {
  events: number;
  days: number;
  /** Events through the door, each of which is sent twice. */
  ingest: number;
  /** How many of them in a body. */
  perBody: number;
  /** Null for a store of its own that is removed afterwards. */
  store: string | null;
  only: ReadonlySet<Part>;
  viewerSeconds: number;
  json: string | null;
}

/** Null where only help was asked for. @throws Error naming the option and what is allowed. */
export function parseOptions(): Options | null {
  const { values } = parseArgs({
    options: {
      events: { type: 'string', default: '20000000' },
      days: { type: 'string', default: '400' },
      ingest: { type: 'string', default: '500000' },
      body: { type: 'string', default: '5000' },
      store: { type: 'string' },
      only: { type: 'string', default: parts.filter((part) => part !== 'pages').join(',') },
      'viewer-seconds': { type: 'string', default: '40' },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  const events = wholeNumber('--events', values.events);
  return {
    events,
    days: wholeNumber('--days', values.days),
    ingest: Math.min(wholeNumber('--ingest', values.ingest), 2 * events),
    perBody: wholeNumber('--body', values.body),
    store: values.store === undefined ? null : resolve(values.store),
    only: new Set(values.only.split(',').map(partOf)),
    viewerSeconds: wholeNumber('--viewer-seconds', values['viewer-seconds']),
    json: values.json ?? null,
  };
}

function partOf(text: string): Part {
  const part = parts.find((each) => each === text.trim());
  if (!part) throw new Error(`--only takes ${parts.join(', ')}, not '${text}'.`);
  return part;
}

function wholeNumber(option: string, text: string): number {
  const value = Number(text.replaceAll('_', '').replaceAll(',', ''));
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new Error(`${option} must be a whole number from 1, not '${text}'.`);
  }
  return value;
}
