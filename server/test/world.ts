import type { FlatEvent } from './events';
import { generateEvents, generateRotations, orgC } from './events';
import { now } from './harness';
import type { TestStore } from './harness';
import { Oracle } from './oracle';
import type { Delivery } from './oracle-events';
import { Random } from './random';

export interface FilledWorld {
  oracle: Oracle;
  deliveries: readonly Delivery[];
  events: readonly FlatEvent[];
}

interface WorldOptions {
  seed: number;
  count: number;
  collectors?: readonly string[];
  /** Answered from rollups wherever they can; such a world has no events of long ago, whose days take long to close. */
  isClosed?: boolean;
}

const recent = '2026-02-26';

/**
 * Sends generated events through the ingest door as a vendor would at its worst: out of order, cut
 * into batches anywhere, a third of them again in the same batch, a later one, or days later.
 */
export async function fillWorld(
  test: TestStore,
  { seed, count, collectors = [], isClosed = false }: WorldOptions,
): Promise<FilledWorld> {
  const random = new Random(seed);
  const generated = [...generateEvents(random, count), ...generateRotations(random, 12)];
  const events = isClosed ? generated.filter(({ createdAt }) => createdAt >= recent) : generated;
  // One id in two organisations is two events.
  const [first] = events;
  if (first) {
    const { projectName: _, ...unnamed } = first;
    events.push({ ...unnamed, orgId: orgC, projectId: 'project-e' });
  }
  const copies = events.filter(() => random.chance(0.3));
  const arrivals = random.shuffled([...events, ...copies, ...copies.slice(0, 40)]);
  const deliveries: Delivery[] = [];
  for (const batch of inBatches(random, arrivals)) {
    const repeated = random.chance(0.3) ? [...batch, ...batch] : batch;
    // A little before now, as an answer's range ends now and what arrives then is not in it.
    await test.ingest(repeated, { now: now - 60_000 });
    deliveries.push(...repeated.map((event) => ({ source: 'stream', event })));
  }
  if (isClosed) await test.closeDue();
  return { events, deliveries, oracle: new Oracle({ deliveries, collectors }) };
}

function inBatches(random: Random, events: readonly FlatEvent[]): FlatEvent[][] {
  const batches: FlatEvent[][] = [];
  for (let start = 0; start < events.length;) {
    const size = 1 + random.below(800);
    batches.push(events.slice(start, start + size));
    start += size;
  }
  return batches;
}
