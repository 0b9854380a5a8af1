import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bind, sql } from '../src/store/sql';
import type { Store } from '../src/store/store';
import { tight, withStore } from './bench-store';
import { madeUpEvents, organisation } from './events';
import type { Workload } from './events';
import { ask } from './http-calls';
import type { Call } from './http-calls';
import { progress } from './report';

export const inFlight = 4;
/** Bodies after which the same ones come once more: a sender comes again within minutes. */
const untilAgain = 40;

interface Bodies {
  workload: Workload;
  /** How many of the workload's events, from the first. */
  events: number;
  /** How many of them in a body. */
  perBody: number;
  folder: string;
}

/**
 * Events of one day, in each body in the order of their time, as a stream delivers them. Written before
 * the clock starts, and not by the process that is measured: making them up takes time and memory.
 * @returns the files.
 */
export async function makeBodies({ workload, events, perBody, folder }: Bodies): Promise<string[]> {
  const files: string[] = [];
  await withStore('bodies', tight, async (store) => {
    for (let start = 0; start < events; start += perBody) {
      const file = join(folder, `body-${files.length}.json`);
      const count = Math.min(perBody, events - start);
      writeFileSync(file, JSON.stringify(await bodyOf(store, workload, start, count)));
      files.push(file);
      progress('events made up', start + count, events);
    }
  });
  return files;
}

async function bodyOf(
  store: Store,
  workload: Workload,
  start: number,
  count: number,
): Promise<object[]> {
  const numbers = sql`numbers(toUInt64(${bind.integer(start)}), toUInt64(${bind.integer(count)}))`;
  const rows = await store.rows(
    sql`SELECT toString(id) AS id, kind AS actor, actor_metadata, ip AS ipAddress, type AS eventType, event_metadata, agent AS userAgent, client AS userAgentType, created AS createdAt, project_id AS projectId
        FROM (${madeUpEvents({ ...workload, days: 1 }, numbers)}) ORDER BY createdAt`,
    { surface: 'ingest' },
  );
  return rows.map(({ actor_metadata: actorMetadata, event_metadata: eventMetadata, ...event }) => ({
    ...event,
    orgId: organisation,
    actorMetadata: JSON.parse(String(actorMetadata)) as unknown,
    eventMetadata: JSON.parse(String(eventMetadata)) as unknown,
  }));
}

interface Delivery extends Omit<Call, 'body'> {
  files: readonly string[];
}

/** Sends every body twice, some at a time without a rest. @returns the seconds that took. */
export async function deliver({ files, ...call }: Delivery): Promise<number> {
  const order: string[] = [];
  for (let start = 0; start < files.length; start += untilAgain) {
    const some = files.slice(start, start + untilAgain);
    order.push(...some, ...some);
  }
  const bodies = order.values();
  let sent = 0;
  const lane = async (): Promise<void> => {
    // One iterator for all lanes: each takes the next body that nobody has taken.
    for (const file of bodies) {
      await ask({ ...call, body: await readFile(file) });
      progress('bodies through HTTP', ++sent, order.length);
    }
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: inFlight }, lane));
  return (performance.now() - started) / 1000;
}
