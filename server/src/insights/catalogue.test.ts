import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ask, openTestStore } from '../../test/harness';
import type { TestStore } from '../../test/harness';
import { fillWorld } from '../../test/world';
import type { ColumnType } from '../contract';
import { Store } from '../store/store';
import type { QueryResult } from '../store/store';
import { describeCatalogue, findInsight, insights as catalogue } from './catalogue';
import type { Insight } from './define';
import { bucketSizes } from './bucket';
import type { Insights } from './insights';
import { parseParams } from './parse';

/** What each type of column may be in the engine, without how it is stored. */
const engineTypes: Record<ColumnType, RegExp> = {
  time: /^DateTime64\(3(, 'UTC')?\)$/,
  string: /^String$/,
  integer: /^U?Int(8|16|32|64)$/,
  number: /^(Float64|U?Int\d+)$/,
  boolean: /^(Bool|UInt8)$/,
  strings: /^Array\(String\)$/,
  json: /^String$/,
};
const plainType = (type: string): string => {
  const inner = /^(?:Nullable|LowCardinality)\((.*)\)$/.exec(type)?.[1];
  return inner === undefined ? type : plainType(inner);
};

/** Every value of every choice, every dimension, and both ends of every number. */
function variations(insight: Insight): Record<string, unknown>[] {
  const single = Object.entries(insight.params).flatMap(([key, param]) => {
    const values: unknown[] =
      param.kind === 'integer' ? [param.min, param.max] : [...(param.choices ?? [])];
    return values.map((value) => ({ [key]: value }));
  });
  return [{}, ...single];
}

describe('the catalogue', () => {
  it('has every id once, in the form that URLs and files take', () => {
    const ids = catalogue.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });

  it.each(catalogue.map(({ id }) => id))('has a file and a test for %s', (id) => {
    expect(existsSync(join(__dirname, `${id}.ts`))).toBe(true);
    expect(existsSync(join(__dirname, `${id}.test.ts`))).toBe(true);
  });

  it('holds the first insights with their defaults, as dashboards rely on them', () => {
    const defaultsOf = (id: string) => parseParams(findInsight(id));
    expect(defaultsOf('access-volume')).toMatchObject({ bucket: 'day', by: [], top: 10 });
    expect(defaultsOf('top-actors')).toMatchObject({ limit: 5, merge: 'name' });
    expect(defaultsOf('access-breakdown')).toMatchObject({ limit: 50 });
    expect(bucketSizes).toEqual(expect.arrayContaining(['auto', 'hour', 'day', 'week', 'month']));
  });

  it('gives the columns that the contract names, in its order', () => {
    const columnsOf = (id: string, params = {}) => {
      const insight = findInsight(id);
      return Object.keys(insight.columns(parseParams(insight, params)));
    };
    expect(columnsOf('access-volume')).toEqual(['time', 'by', 'reads']);
    expect(columnsOf('top-actors')).toEqual([
      'actor_type',
      'actor_name',
      'label',
      'reads',
      'share',
    ]);
    expect(columnsOf('auth-methods')).toEqual(['auth_method', 'reads', 'share']);
    expect(columnsOf('access-totals')).toEqual([
      'requests',
      'reads',
      'unique_actors',
      'unique_users',
      'unique_machines',
      'secrets_named',
    ]);
    expect(columnsOf('access-breakdown', { by: 'ip,event' })).toEqual([
      'ip',
      'event',
      'reads',
      'actors',
      'last_read',
    ]);
    expect(columnsOf('rotation-failures')).toEqual([
      'project',
      'rotation_id',
      'rotation_name',
      'environment',
      'secret_path',
      'state',
      'failing_since',
      'attempts_failed',
      'message',
      'last_success_at',
    ]);
    expect(columnsOf('coverage')).toEqual([
      'source',
      'project',
      'first_event',
      'last_event',
      'lag_seconds',
      'events',
      'duplicates',
      'gaps',
      'rejected',
      'too_late',
      'closed_until',
      // Added to the contract's.
      'duplicate_share',
      'expires_at',
    ]);
  });
});

describe('the insights about posture', () => {
  const place = ['project', 'environment', 'secret_path'];
  const rotations = [
    'rotation_name',
    'secret_keys',
    ...place,
    'next_rotation_at',
    'rotation_status',
    'rotation_interval',
    'status',
    'link',
  ];
  const reminders = [
    'secret_key',
    ...place,
    'next_reminder_at',
    'message',
    'repeat_days',
    'status',
    'link',
  ];

  it.each([
    [
      'summary',
      [
        'upcoming_rotations',
        'failed_rotations',
        'overdue_rotations',
        'upcoming_reminders',
        'overdue_reminders',
        'stale_secrets',
        'total_secrets',
        // Added to the contract's.
        'rotations_badge',
        'reminders_badge',
        'stale_badge',
      ],
    ],
    ['upcoming-rotations', rotations],
    ['failed-rotations', [...rotations, 'failing_since', 'attempts_failed', 'message']],
    ['upcoming-reminders', reminders],
    // One more for alerts.
    ['overdue-reminders', [...reminders, 'overdue_seconds']],
    ['stale-secrets', ['secret_key', ...place, 'last_updated_at', 'days_since_update', 'link']],
    ['calendar', ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']],
    ['inventory-counts', ['secrets', 'folders', 'rotations', 'dynamic_secrets', 'honey_tokens']],
    ['new-secrets', ['time', 'secrets', 'partial']],
    [
      'project-ranking',
      [
        'project',
        'severity_score',
        'failed_rotations',
        'failed_syncs',
        'orphaned_leases',
        'duplicated_secrets',
        'stale_secrets',
        'total_secrets',
      ],
    ],
    ['failed-syncs', ['name', ...place, 'since', 'message']],
    ['orphaned-leases', ['name', ...place, 'since', 'message']],
  ])('%s has the columns that the contract names, in its order', (id, columns) => {
    const insight = findInsight(id);
    expect(Object.keys(insight.columns(parseParams(insight)))).toEqual(columns);
  });

  it('calendar has its events beside the grid', () => {
    const insight = findInsight('calendar');
    const events = insight.columns(parseParams(insight, { shape: 'events' }));
    expect(Object.keys(events)).toEqual([
      'at',
      'kind',
      'title',
      ...place,
      'status',
      'projected',
      'link',
      // Added to the contract's.
      'repeat_days',
      'id',
    ]);
  });
});

/** Remembers what the engine said of each statement's columns. */
class WatchedStore extends Store {
  readonly answers: QueryResult[] = [];

  override async query(...asked: Parameters<Store['query']>): Promise<QueryResult> {
    const answer = await super.query(...asked);
    this.answers.push(answer);
    return answer;
  }
}

describe.each(['empty', 'open', 'closed'])('columns on a store that is %s', (state) => {
  let test: TestStore;
  let insights: Insights;
  let watched: WatchedStore;

  beforeAll(async () => {
    test = await openTestStore();
    if (state !== 'empty') {
      await fillWorld(test, { seed: 9, count: 400, isClosed: state === 'closed' });
    }
    watched = new WatchedStore(test.engine, test.store.database, {
      seconds: 60,
      memoryBytes: 2e9,
    });
    insights = { ...(await test.insights()), store: watched };
  });
  afterAll(() => test.close());

  it.each(
    catalogue
      // Single events are looked for with several statements; events.test.ts has their columns.
      .filter(({ shape }) => shape !== 'logs')
      // What is made of a statement's rows has columns of its own; its test has them.
      .filter(({ isReshaped }) => !isReshaped)
      .flatMap((insight) => variations(insight).map((params) => ({ id: insight.id, params }))),
  )('$id with $params come from the engine as declared', async ({ id, params }) => {
    watched.answers.length = 0;
    const { columns, rows } = await ask(insights, id, { params });
    const keys = columns.map(({ key }) => key);
    // What is known at all is asked beside it. What comes after the columns is for texts and links made of it.
    const begins = (names: readonly string[]): boolean =>
      keys.every((key, at) => names[at] === key);
    const answer = watched.answers.find(({ names }) => begins(names));
    expect(answer).toBeDefined();
    columns.forEach(({ type }, index) => {
      expect(plainType(answer?.types[index] ?? '')).toMatch(engineTypes[type]);
    });
    for (const row of rows) expect(Object.keys(row)).toEqual(keys);
  });

  it('describes every insight, every filter of which is a field', () => {
    const { fields } = insights.events;
    const described = describeCatalogue('1.2.3', fields);
    expect(described.version).toBe('1.2.3');
    for (const insight of described.insights) {
      expect(insight.title).not.toBe('');
      expect(insight.about).toMatch(/\.$/);
      for (const filter of insight.filters) {
        expect([...Object.keys(fields), 'text', 'metadata.<key>']).toContain(filter.field);
        expect(filter.ops.length).toBeGreaterThan(0);
      }
    }
  });
});
