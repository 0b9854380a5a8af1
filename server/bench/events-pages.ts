import { eventLine } from '../src/api/event-line';
import type { Filter, FilterOperator } from '../src/contract';

import type { Insights } from '../src/insights/insights';
import { runInsight } from '../src/insights/run';
import { eventStream } from '../src/store/relations/event-stream';
import { identifier, sql } from '../src/store/sql';
import type { Workload } from './events';
import { measured, megabytes } from './memory';
import { percentile, progress } from './report';

export interface PageTime {
  filter: string;
  questions: number;
  median_ms: number;
  p95_ms: number;
  slowest_ms: number;
}

export interface ExportFigures {
  events: number;
  events_per_second: number;
  memory_added_mb: number;
}

const caller = { capabilities: new Set(['insights', 'audit'] as const), projects: null };
const asker = { surface: 'events' as const };
/** Values of each filter, from the most frequent to the rarest; each is asked once. */
const valuesPerFilter = 20;

/** Time to the first page, newest first over all events, for every filter alone and some together. */
export async function measurePages(
  insights: Insights,
  { days, until }: Workload,
  limit: number,
): Promise<PageTime[]> {
  const range = { from: until - days * 86_400_000, to: until };
  const questions = await questionsOf(insights);
  const answers: PageTime[] = [];
  for (const [filter, list] of Object.entries(questions)) {
    const times: number[] = [];
    for (const filters of list) {
      const started = performance.now();
      await runInsight(
        insights,
        { query: { insight: 'events', params: { limit }, filters }, range },
        caller,
      );
      times.push(performance.now() - started);
    }
    answers.push({
      filter,
      questions: times.length,
      median_ms: Math.round(percentile(times, 0.5)),
      p95_ms: Math.round(percentile(times, 0.95)),
      slowest_ms: Math.round(percentile(times, 1)),
    });
    progress(`pages of ${limit}`, answers.length, Object.keys(questions).length);
  }
  return answers;
}

async function questionsOf(insights: Insights): Promise<Record<string, Filter[][]>> {
  const of = async (column: string): Promise<string[]> => {
    const rows = await insights.store.rows(
      sql`SELECT value FROM (SELECT toString(${identifier(column)}) AS value, count() AS events FROM ${insights.store.table('infisical_events')} GROUP BY value) WHERE value != '' ORDER BY events DESC`,
      { surface: 'state' },
    );
    const values = rows.map((row) => String(row.value));
    const step = Math.max(1, Math.floor(values.length / valuesPerFilter));
    return [
      ...values.filter((_, index) => index % step === 0).slice(0, valuesPerFilter),
      'not there',
    ];
  };
  const each = async (
    field: string,
    column: string,
    op: FilterOperator = 'in',
    write = (value: string): string => value,
  ): Promise<Filter[][]> =>
    (await of(column)).map((value) => [{ field, op, values: [write(value)] }]);
  const classes = ['management', 'authentication', 'authorization', 'data-access'];
  const keys = await each('secret_key', 'secret_key');
  const environments = ['prod', 'staging', 'dev'];
  return {
    none: [[]],
    project: await each('project', 'projectId'),
    environment: await each('environment', 'environment'),
    event: await each('event', 'eventType'),
    class: classes.map((value) => [{ field: 'class', op: 'in', values: [value] }]),
    actor: await each('actor', 'actor_id'),
    'actor, by name': await each('actor', 'actor_name'),
    user: (await each('actor', 'actor_email')).map(([filter]) => [
      { ...(filter as Filter), field: 'user' },
    ]),
    actor_type: await each('actor_type', 'actor'),
    'secret_path, exact': await each('secret_path', 'secret_path'),
    'secret_path, prefix': await each('secret_path', 'secret_path', 'prefix'),
    'secret_path, glob': await each('secret_path', 'secret_path', 'glob', (value) => `${value}*`),
    secret_key: keys,
    'secret_key, not': keys.map(([filter]) => [{ ...(filter as Filter), op: 'not-in' }]),
    client_type: await each('client_type', 'userAgentType'),
    'user_agent, contains': await each('user_agent', 'userAgent', 'contains'),
    ip: await each('ip', 'ipAddress'),
    'ip, cidr': [
      ...Array.from({ length: valuesPerFilter }, (_, index) => `10.${index * 10}.0.0/16`),
      '192.168.0.0/16',
      '2001:db8::/32',
    ].map((value) => [{ field: 'ip', op: 'cidr', values: [value] }]),
    auth_method: ['Email', 'OIDC', 'Kubernetes', 'Service Token', 'Unknown'].map((value) => [
      { field: 'auth_method', op: 'in', values: [value] },
    ]),
    outcome: ['success', 'failure', 'denied'].map((value) => [
      { field: 'outcome', op: 'in', values: [value] },
    ]),
    'metadata.secretId': await each('metadata.secretId', 'secret_id'),
    'metadata.clientSecretId': Array.from({ length: valuesPerFilter }, (_, index) => [
      { field: 'metadata.clientSecretId', op: 'in', values: [`s${40 + index * 17}`] },
    ]),
    'project and environment and actor': (await each('actor', 'actor_id')).map(
      ([filter], index) => [
        filter as Filter,
        { field: 'project', op: 'in', values: [`project-${index % 12}`] },
        { field: 'environment', op: 'in', values: [environments[index % 3] ?? 'prod'] },
      ],
    ),
    'secret_key and environment and not an actor': keys.map(([filter], index) => [
      filter as Filter,
      { field: 'environment', op: 'in', values: [environments[index % 3] ?? 'prod'] },
      { field: 'actor', op: 'not-in', values: ['actor-000001'] },
    ]),
  };
}

/** The newest events through the export's own road, up to the text that would be sent. */
export async function measureExport(
  insights: Insights,
  { until, days }: Workload,
  wanted: number,
): Promise<ExportFigures> {
  const exported = async (limit: number): Promise<number> => {
    let events = 0;
    const question = {
      range: { from: until - days * 86_400_000, to: until },
      scope: null,
      filters: [],
      only: [],
      order: 'newest' as const,
      line: eventLine('ndjson', insights),
      limit,
    };
    for await (const lines of eventStream(insights.store, insights.events, question, asker)) {
      events += lines.events;
      progress('events exported', events, limit);
    }
    return events;
  };
  // What the engine and the runtime take once is no matter of the number of events.
  await exported(wanted / 20);
  const { result: events, seconds, memoryAdded } = await measured(() => exported(wanted));
  if (events === 0) throw new Error('there was nothing to export');
  return {
    events,
    events_per_second: Math.round(events / seconds),
    memory_added_mb: megabytes(memoryAdded),
  };
}
