import type { Filter } from '../src/contract';
import { bucketStartOf, bucketsOf } from './calendar';
import type { Bucket } from './calendar';
import { distinct, factOf, nineOfAccessLog, sixReads } from './oracle-events';
import type { Delivery, Fact } from './oracle-events';
import { passes } from './oracle-filter';

export interface Range {
  from: number;
  to: number;
}

/** A question as the oracle takes it; the same words as in an insight query. */
export interface OracleQuestion {
  range: Range;
  filters?: readonly Filter[];
  zone?: string;
  /** Ids of the projects that the caller may see; everything when left out. */
  scope?: readonly string[];
  reads?: 'insights' | 'access-log';
}

export interface Refusal {
  source: string;
  project: string;
  at: number;
  tooLate: boolean;
}

/** Everything that ever arrived at the doors. */
export interface World {
  deliveries: readonly Delivery[];
  refusals?: readonly Refusal[];
  collectors?: readonly string[];
}

export type Dimension = Exclude<keyof Fact, 'time' | 'weight' | 'metadata'>;

const day = 86_400_000;
const utcDay = (time: number): number => Math.floor(time / day);
const iso = (time: number): string => new Date(time).toISOString();
const total = (facts: readonly Fact[]): number => facts.reduce((sum, fact) => sum + fact.weight, 0);
const countDistinct = (facts: readonly Fact[], keyOf: (fact: Fact) => unknown[]): number =>
  new Set(facts.map((fact) => JSON.stringify(keyOf(fact)))).size;

/** Ascending by UTF-8 bytes: the order in which the contract's ties are broken on every machine. */
export const byText = (a: string, b: string): number =>
  Buffer.compare(Buffer.from(a), Buffer.from(b));

function groups(facts: readonly Fact[], keyOf: (fact: Fact) => string[]): [string[], Fact[]][] {
  const found = new Map<string, [string[], Fact[]]>();
  for (const fact of facts) {
    const key = keyOf(fact);
    const group = found.get(JSON.stringify(key)) ?? [key, []];
    group[1].push(fact);
    found.set(JSON.stringify(key), group);
  }
  return [...found.values()];
}

/** Most first; equal ones by their labels ascending. */
const byReads = (a: [string[], Fact[]], b: [string[], Fact[]]): number =>
  total(b[1]) - total(a[1]) ||
  a[0].reduce((order, label, index) => order || byText(label, b[0][index] ?? ''), 0);

const actorOf = (fact: Fact): unknown[] => [fact.raw_actor_type, fact.actor];

/** The figures of the contract, one function each, from the events alone. */
export class Oracle {
  readonly #world: World;
  readonly #facts: readonly Fact[];
  readonly #names: ReadonlyMap<string, string>;

  constructor(world: World) {
    this.#world = world;
    this.#facts = distinct(world.deliveries);
    this.#names = new Map(
      world.deliveries
        .filter(({ event }) => event.projectId && event.projectName)
        .map(({ event }) => [event.projectId ?? '', event.projectName ?? '']),
    );
  }

  nameOf(project: string): string {
    return this.#names.get(project) ?? project;
  }

  events({ range, filters = [], scope }: OracleQuestion): Fact[] {
    return this.#facts.filter(
      (fact) =>
        fact.time >= range.from &&
        fact.time < range.to &&
        (scope?.includes(fact.project) ?? true) &&
        filters.every((filter) => passes(fact, filter, (id) => this.nameOf(id))),
    );
  }

  reads(question: OracleQuestion): Fact[] {
    const types = question.reads === 'access-log' ? nineOfAccessLog : sixReads;
    const collectors = this.#world.collectors ?? [];
    return this.events(question).filter(
      (fact) =>
        types.has(fact.event) &&
        !(fact.raw_actor_type === 'identity' && collectors.includes(fact.actor_id)),
    );
  }

  accessVolume(
    question: OracleQuestion,
    bucket: Bucket,
    by?: Dimension,
    top = 10,
  ): { time: string; by: string | null; reads: number | null }[] {
    const { range, zone = 'UTC' } = question;
    const reads = this.reads(question);
    const ranked = by ? groups(reads, (fact) => [fact[by]]).sort(byReads) : [];
    const largest = new Set(ranked.slice(0, top).map(([[label]]) => label ?? ''));
    const remainder = largest.has('other') ? 'all other' : 'other';
    const seriesOf = (fact: Fact): string | null =>
      by === undefined ? null : largest.has(fact[by]) ? fact[by] : remainder;
    const series = new Set(reads.map(seriesOf));
    if (series.size === 0) series.add(null);
    const sums = new Map<string, number>();
    for (const fact of reads) {
      const key = `${bucketStartOf(fact.time, bucket, zone)} ${seriesOf(fact) ?? ''}`;
      sums.set(key, (sums.get(key) ?? 0) + fact.weight);
    }
    // What `coverage` knows does not depend on who or what one looks for, only on where it comes from.
    const received = new Set(
      this.events({
        ...question,
        filters: question.filters?.filter(({ field }) => field === 'source' || field === 'project'),
      }).map((fact) => utcDay(fact.time)),
    );
    return [...bucketsOf(range, bucket, zone)].flatMap(([start, days]) =>
      [...series].map((label) => ({
        time: iso(start),
        by: label !== null && by === 'project' ? this.nameOf(label) : label,
        reads:
          sums.get(`${start} ${label ?? ''}`) ??
          ([...days].some((each) => received.has(each)) ? 0 : null),
      })),
    );
  }

  topActors(question: OracleQuestion, limit = 5, merge: 'name' | 'id' = 'name') {
    const reads = this.reads(question);
    return groups(reads, (fact) => [
      fact.actor_type,
      fact.actor_name,
      merge === 'id' ? fact.actor : '',
    ])
      .sort(byReads)
      .slice(0, limit)
      .map(([[type = '', name = ''], of]) => ({
        actor_type: type,
        actor_name: name,
        label: `${type}: ${name} (${String(total(of)).replace(/\B(?=(\d{3})+$)/g, ',')})`,
        reads: total(of),
        share: total(of) / total(reads),
      }));
  }

  authMethods(question: OracleQuestion) {
    const reads = this.reads(question);
    return groups(reads, (fact) => [fact.auth_method])
      .sort(byReads)
      .map(([[label = ''], of]) => ({
        auth_method: label,
        reads: total(of),
        share: total(of) / total(reads),
      }));
  }

  accessTotals(question: OracleQuestion) {
    const reads = this.reads(question);
    return {
      requests: total(this.events(question)),
      reads: total(reads),
      unique_actors: countDistinct(reads, actorOf),
      unique_users: countDistinct(
        reads.filter((fact) => fact.actor_kind === 'human'),
        actorOf,
      ),
      unique_machines: countDistinct(
        reads.filter((fact) => fact.actor_kind === 'machine'),
        actorOf,
      ),
      secrets_named: countDistinct(
        reads.filter((fact) => fact.secret_key !== ''),
        (fact) => [fact.project, fact.environment, fact.secret_path, fact.secret_key],
      ),
    };
  }

  accessBreakdown(question: OracleQuestion, by: readonly Dimension[], limit = 50) {
    return groups(this.reads(question), (fact) => by.map((dimension) => fact[dimension]))
      .sort(byReads)
      .slice(0, limit)
      .map(([labels, of]) => ({
        ...Object.fromEntries(
          by.map((dimension, index) => [
            dimension,
            dimension === 'project' ? this.nameOf(labels[index] ?? '') : labels[index],
          ]),
        ),
        reads: total(of),
        actors: countDistinct(of, actorOf),
        last_read: iso(Math.max(...of.map((fact) => fact.time))),
      }));
  }

  rotationFailures(question: OracleQuestion) {
    const attempts = this.events(question).filter(
      (fact) => fact.event === 'secret-rotation-rotate-secrets',
    );
    const names = this.#facts
      .filter(
        (fact) =>
          ['create-secret-rotation', 'update-secret-rotation'].includes(fact.event) &&
          fact.time < question.range.to &&
          (question.scope?.includes(fact.project) ?? true) &&
          Boolean(fact.metadata.name),
      )
      .sort((a, b) => b.time - a.time);
    return groups(attempts, (fact) => [fact.project, String(fact.metadata.rotationId ?? '')])
      .map(([[project = '', id = ''], of]) => {
        const sorted = [...of].sort((a, b) => a.time - b.time);
        const failed = (fact: Fact): boolean => fact.metadata.status === 'failed';
        const lastSuccess = sorted.findLast((fact) => !failed(fact));
        const failures = sorted.filter(
          (fact) => failed(fact) && fact.time > (lastSuccess?.time ?? -Infinity),
        );
        const name = names.find((fact) => (fact.metadata.rotationId ?? '') === id);
        const first = failures[0];
        return {
          everFailed: sorted.some(failed),
          row: {
            project: this.nameOf(project),
            rotation_id: id,
            rotation_name: String(name?.metadata.name ?? ''),
            environment: name?.environment ?? '',
            secret_path: name?.secret_path ?? '',
            state: failures.length > 0 ? 'failing' : 'recovered',
            failing_since: first ? iso(first.time) : null,
            attempts_failed: failures.length,
            message: String(failures.at(-1)?.metadata.message ?? ''),
            last_success_at: lastSuccess ? iso(lastSuccess.time) : null,
          },
        };
      })
      .filter(({ everFailed }) => everFailed)
      .map(({ row }) => row);
  }

  /** `wholeDays`: the whole UTC days of the range; a range that ends now has the whole of today. */
  coverage(question: OracleQuestion, wholeDays: Range) {
    const { range, scope, filters = [] } = question;
    const inDays = (time: number): boolean => time >= wholeDays.from && time < wholeDays.to;
    const accepted = this.#world.deliveries
      .map(factOf)
      .filter(
        (fact) =>
          inDays(fact.time) &&
          (scope?.includes(fact.project) ?? true) &&
          filters.every((filter) => passes(fact, filter, (id) => this.nameOf(id))),
      );
    const refusals = (this.#world.refusals ?? []).filter(
      ({ at, project }) => at >= range.from && at < range.to && (scope?.includes(project) ?? true),
    );
    const events = this.events(question);
    const settled = this.events({ ...question, range: wholeDays });
    const ever = this.events({ ...question, range: { from: 0, to: range.to } });
    const places = new Map(
      [...ever, ...accepted, ...refusals].map(({ source, project }) => [
        JSON.stringify([source, project]),
        { source, project },
      ]),
    );
    return [...places.values()].map(({ source, project }) => {
      const here = (each: { source: string; project: string }): boolean =>
        each.source === source && each.project === project;
      const times = events.filter(here).map((fact) => fact.time);
      const first = Math.min(...times);
      const lastInRange = Math.max(...times);
      const none = times.length === 0;
      const last = Math.max(...ever.filter(here).map((fact) => fact.time));
      const isUnheardOf = last === -Infinity;
      const arrived = accepted.filter(here).length;
      const copies = arrived === 0 ? null : Math.max(0, arrived - settled.filter(here).length);
      return {
        source,
        project: this.nameOf(project),
        first_event: none ? null : iso(first),
        last_event: isUnheardOf ? null : iso(last),
        lag_seconds: isUnheardOf ? null : Math.floor(range.to / 1000) - Math.floor(last / 1000),
        events: times.length,
        duplicates: copies,
        duplicate_share: copies === null ? null : copies / arrived,
        gaps: none
          ? null
          : utcDay(lastInRange) - utcDay(first) + 1 - new Set(times.map(utcDay)).size,
        rejected: refusals.filter(here).length,
        too_late: refusals.filter((each) => here(each) && each.tooLate).length,
      };
    });
  }
}
